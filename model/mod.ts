/**
 * Static embedding models: a token table, a tokenizer, and the mean of a text's rows. Loading and saving in the
 * layouts of Sentence Transformers and Model2Vec, encoding, comparing.
 *
 * @module
 */
export {
  type Encoder,
  type Matrix,
  matrixFromRows,
  normalizeRow,
  normalizeRows,
  rowOf,
  takeRows,
  zeroMatrix,
} from "./matrix.ts";
export type { Dtype, TensorData } from "./_dtypes.ts";
export {
  readFloat32Tensor,
  readSafetensorsHeader,
  readTensor,
  type ReadTensorOptions,
} from "./read_safetensors.ts";
export type { SafetensorsHeader, TensorInfo } from "./safetensors_header.ts";
export { type Tensor, writeSafetensors, type WriteSafetensorsOptions } from "./write_safetensors.ts";
export type { TokenBags, Tokenizer } from "../text/mod.ts";
export { similarity, type SimilarityKind } from "./similarity.ts";
export {
  type CalibrationRanges,
  calibrationRanges,
  type QuantizedPrecision,
  quantizedValues,
  quantizeVectors,
  vectorBytes,
} from "./quantize.ts";
export { LONGEST_FLOAT_TEXT, writeFloats } from "./float_text.ts";
export { loadModel, type ModelParts } from "./load_model.ts";
export { saveModel, type SaveModelOptions } from "./save_model.ts";
export type { EmbeddingTable } from "./embedding_table.ts";
export type { ModelFiles } from "./model_files.ts";
export type { EncodeAllOptions, EncodeOptions, EncodeStreamOptions, PoolOptions } from "./encode_options.ts";
export { StaticModel } from "./static_model.ts";
export type { StaticModelParts } from "./static_model_parts.ts";
