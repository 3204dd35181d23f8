/**
 * Models for other libraries: folders for Sentence Transformers and Model2Vec, ONNX graphs, transformers.js, and the
 * model card that goes with them.
 *
 * @module
 */
export type {
  CardRecords,
  DataRecord,
  DistillRecord,
  RecipeRecord,
  ReportRecord,
  RunRecord,
  ScoredCollection,
  ScoredSize,
} from "./card_records.ts";
export { assertAbsent } from "./_new_folder.ts";
export { exportModel, type ExportModelOptions } from "./export_model.ts";
export type { ExportedModel } from "./exported_model.ts";
export { EXPORT_FORMATS, type ExportFormat } from "./format.ts";
export { type CardContent, modelCard } from "./model_card.ts";
export { type Precision, PRECISIONS } from "./precision.ts";
export { truncateModel } from "./truncate_model.ts";
export { quantizeVocabulary, type QuantizeVocabularyOptions } from "./quantize_vocabulary.ts";
