/** A model as it is exported; what `loadModel` gives is one. */
export interface ExportedModel {
  /** float32 [rows, dim], row-major. */
  table: Float32Array;
  /** Rows of the table. */
  rows: number;
  /** Columns of the table. */
  dim: number;
  /** Text of `tokenizer.json`. */
  tokenizerJson: string;
  /** Whether vectors are L2-normalised. */
  normalize: boolean;
  /** Whether the unknown token is left out of the mean. */
  dropUnknown: boolean;
  /** int32 [vocab]: row of every token id, where ids are not rows. */
  mapping?: Int32Array;
  /** float64 [vocab]: factor of every token's row, where there is one. */
  weights?: Float64Array;
}
