import type { Tokenizer } from "../text/mod.ts";
import type { EmbeddingTable } from "./embedding_table.ts";

/** What a static model is made of. */
export interface StaticModelParts {
  /**
   * [rows, dim], row-major, float32, float16 or int8. Used where it is if it lies on kernel memory; otherwise copied
   * there when the model first encodes, and not looked at again.
   */
  table: EmbeddingTable;
  /** Columns of the table. */
  dim: number;
  /** Turns texts into token ids. */
  tokenizer: Tokenizer;
  /**
   * Whether vectors are L2-normalised after truncation.
   * @default false
   */
  normalize?: boolean;
  /**
   * Whether the unknown token is left out of the mean, as Model2Vec does.
   * @default false, as Sentence Transformers does
   */
  dropUnknown?: boolean;
  /** int32 [vocab]: row of every token id (vocabulary-quantised models). Without it the id is the row. */
  mapping?: Int32Array;
  /** float64 [vocab]: factor of every token's row (vocabulary-quantised models). */
  weights?: Float64Array;
}

/**
 * Checks that the parts of a model fit each other.
 *
 * @throws TypeError when the table's length is no multiple of `dim`; RangeError when an id has no row or no weight
 */
export function checkParts({ table, dim, tokenizer, mapping, weights }: StaticModelParts): void {
  const rows = table.length / dim;
  if (!Number.isInteger(dim) || dim < 1 || !Number.isInteger(rows)) {
    throw new TypeError(
      `Cannot make the model: ${table.length} numbers are no table of ${dim} columns; give a table [rows, dim]`,
    );
  }
  const vocab = mapping?.length ?? rows;
  if (tokenizer.vocabSize > vocab) {
    throw new RangeError(
      `Cannot make the model: the tokenizer has ids up to ${
        tokenizer.vocabSize - 1
      } and the table has rows for ` +
        `${vocab} ids; give the tokenizer that belongs to the table`,
    );
  }
  if (weights !== undefined && weights.length < vocab) {
    throw new RangeError(
      `Cannot make the model: there are ${weights.length} token weights for ${vocab} ids; give one for every id`,
    );
  }
  const astray = mapping?.findIndex((row) => row < 0 || row >= rows) ?? -1;
  if (astray !== -1) {
    throw new RangeError(
      `Cannot make the model: token id ${astray} is mapped to row ${mapping![astray]} of ${rows}; ` +
        "give a mapping into the table",
    );
  }
}
