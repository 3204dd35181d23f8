/**
 * Recipes: plain data that say what is trained, on which texts, how, and what scores it.
 *
 * @example A recipe file
 * ```ts
 * import { defineRecipe, matryoshka, multipleNegativesRanking, nanoBeir } from "@lathe/lathe/recipes";
 *
 * export default defineRecipe({
 *   name: "my-model",
 *   tokenizer: "hf://models/google-bert/bert-base-uncased",
 *   model: { dim: 256 },
 *   datasets: { mine: { source: "data/pairs-*.parquet", columns: ["question", "answer"], heldOut: 1_000 } },
 *   loss: matryoshka(multipleNegativesRanking(), { dims: [64, 128, 256] }),
 *   training: { learningRate: 0.2 },
 *   evaluation: [nanoBeir()],
 * });
 * ```
 *
 * @module
 */
export {
  beir,
  type BeirSpec,
  benchmark,
  type BenchmarkSpec,
  classification,
  type ClassificationSpec,
  type EvaluationSpec,
  heldOutRetrieval,
  type HeldOutRetrievalSpec,
  heldOutTeacherVectors,
  type HeldOutTeacherVectorsSpec,
  nanoBeir,
  type NanoBeirSpec,
  pairClassification,
  type PairClassificationSpec,
  paraphraseMining,
  type ParaphraseMiningSpec,
  reranking,
  type RerankingSpec,
  sts,
  type StsSpec,
  teacherVectors,
  type TeacherVectorsSpec,
  translation,
  type TranslationSpec,
  triplets,
  type TripletsSpec,
} from "../eval/mod.ts";
export type { CurriculumRecipe, DifficultyRecipe, PacingRecipe } from "./curriculum_recipe.ts";
export { defineRecipe } from "./define_recipe.ts";
export { loadSuite } from "./evaluation_suite.ts";
export { loadRecipe } from "./load_recipe.ts";
export * from "./loss_records.ts";
export type * from "./losses.ts";
export type {
  AnglESpec,
  BaseLossSpec,
  BatchAllTripletSpec,
  BatchHardTripletSpec,
  BatchSemiHardTripletSpec,
  CachedGistSpec,
  CachedMultipleNegativesRankingSpec,
  ContrastiveSpec,
  CoSentSpec,
  CosineSimilaritySpec,
  Distance,
  DistillationSimilarity,
  DistillKlDivSpec,
  EmbedDistillSpec,
  GistOptions,
  GistSpec,
  GlobalOrthogonalRegularizationSpec,
  HardnessMode,
  MarginMseSpec,
  MatryoshkaSpec,
  MegaBatchMarginSpec,
  MseSpec,
  MultipleNegativesRankingSpec,
  MultipleNegativesSymmetricRankingSpec,
  OnlineContrastiveSpec,
  PairDistance,
  RankingDirection,
  RankingOptions,
  SumSpec,
  TeacherContrastSpec,
  TripletSpec,
  WeightedLoss,
} from "../train/mod.ts";
export { nearest } from "./nearest.ts";
export { applyOverrides } from "./overrides.ts";
export type {
  AdamOptions,
  AdamWRecipe,
  BestModelRecipe,
  CaughtUpAdamWRecipe,
  DatasetRecipe,
  DistilledInit,
  Filled,
  ModelRecipe,
  OptimizerRecipe,
  Recipe,
  ResolvedRecipe,
  RowwiseAdagradRecipe,
  SavedInit,
  SgdRecipe,
  SparseAdamRecipe,
  TokenizerBuild,
  TrainingRecipe,
  WeightedDrawInit,
  WeightedMixingRecipe,
} from "./recipe.ts";
export {
  datasetSpecOf,
  heldOutPairs,
  heldOutVectors,
  prepareDatasets,
  type PrepareDatasetsOptions,
} from "./prepare_datasets.ts";
export type { HeldOutPairs, HeldOutVectors } from "../eval/mod.ts";
export type {
  DatasetReport,
  DatasetSpec,
  HeldOut,
  PrepareDatasetOptions,
  PreparedDataset,
  TokenCounts,
} from "../data/mod.ts";
export type { TokenBags, Tokenizer } from "../text/mod.ts";
export { type RecipeTexts, recipeTexts, type RecipeTextsOptions } from "./recipe_texts.ts";
export { recipeJson, resolveRecipe } from "./resolve.ts";
export { recipeJsonSchema } from "./schema.ts";
export { SHIPPED_RECIPES } from "./shipped.ts";
export * from "./sweep/mod.ts";
