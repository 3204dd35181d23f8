/**
 * Better models from what is there: transformers as teachers, Model2Vec's distillation, soups of models, vocabularies
 * that are pruned, extended, trained, and tables carried over to them.
 *
 * ```ts
 * import { distill, saveNewModel, Teacher } from "./mod.ts";
 *
 * const teacher = await Teacher.load("hf://models/BAAI/bge-base-en-v1.5");
 * const { parts, config } = await distill(teacher, { pca: 256 });
 * await saveNewModel("runs/distilled", parts, { config });
 * teacher.dispose();
 * ```
 *
 * @module
 */
export { type CarriedTable, carryTable } from "./carry_table.ts";
export { countTokens } from "./count_tokens.ts";
export {
  distill,
  type Distillation,
  distilledModel,
  type DistillOptions,
  type DistillProgress,
  type DistillReport,
  type VocabularyTeacher,
} from "./distill.ts";
export { type ExtendedTokenizer, extendTokenizer, type NewToken } from "./extend_tokenizer.ts";
export { foldWeights } from "./fold_weights.ts";
export { frequentWords, type FrequentWordsOptions } from "./frequent_words.ts";
export { type Ingredient, loadIngredient } from "./ingredient.ts";
export { type Clusters, kMeans, type KMeansOptions } from "./k_means.ts";
export { type EncoderModel, loadEncoder, type ModelKind, modelKind } from "./load_encoder.ts";
export { mostUsedTokens, type MostUsedTokensOptions } from "./most_used_tokens.ts";
export { applyPca, fitPca, type PcaAxes, type PcaOptions, type PcaResult, project } from "./pca.ts";
export { type Pooling, POOLINGS } from "./pooling.ts";
export { copyProjection, loadProjection, type Projection, saveProjection } from "./projection.ts";
export { type PrunedTokenizer, pruneTokenizer } from "./prune_tokenizer.ts";
export {
  checkNewFolder,
  saveNewModel,
  type SaveNewModelOptions,
  TABLE_TYPES,
  type TableType,
} from "./save_new_model.ts";
export { sifWeights, zipfFrequencies } from "./sif_weights.ts";
export {
  type CurvePoint,
  type GreedySoup,
  greedySoup,
  interpolationCurve,
  mixModels,
  type ScoreModel,
  type SoupOptions,
} from "./soup.ts";
export { sourceTexts, type SourceTextsOptions } from "./source_texts.ts";
export {
  teach,
  type TeachingTeacher,
  type TeachOptions,
  type TeachProgress,
  type TeachReport,
} from "./teach.ts";
export { Teacher } from "./teacher.ts";
export { type DescribedTeacher, describeTeacher, type TeachingOptions } from "./teacher_header.ts";
export type { TextPortion } from "./_gather_texts.ts";
export type { TeacherHeader } from "../data/mod.ts";
export type { EmbedOptions, TeacherEncodeOptions, TeacherOptions } from "./teacher_options.ts";
export {
  TOKENIZER_KINDS,
  type TokenizerKind,
  trainTokenizer,
  type TrainTokenizerOptions,
  type TrainTokenizerProgress,
} from "./train_tokenizer.ts";
export { type LoadedVocabularyTeacher, loadVocabularyTeacher } from "./vocabulary_teacher.ts";
export type { TeacherPlaces } from "./_teacher_source.ts";
export type { Encoder, Matrix, ModelParts } from "../model/mod.ts";
