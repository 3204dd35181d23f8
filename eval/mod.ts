/**
 * Evaluation: metrics, evaluators that see only vectors, benchmarks as plain data, BM25 beside them, reports.
 * Everything scores an `Encoder`, whatever stands behind it.
 *
 * @module
 */
export { type Arithmetic, kernelArithmetic, PLAIN_ARITHMETIC, type ProductsJob } from "./arithmetic.ts";
export { InBatchMargins, type MarginRows } from "./in_batch_margins.ts";
export {
  BENCHMARK_TASKS,
  BENCHMARKS,
  type BenchmarkTask,
  type BenchmarkTaskType,
  expandBenchmark,
} from "./benchmarks.ts";
export { Bm25, type Bm25Options, type Ranker, type RankOptions } from "./bm25.ts";
export { classificationDraws, type DrawOptions } from "./classification_draws.ts";
export {
  type ClassificationOptions,
  type ClassificationVectors,
  evaluateClassification,
} from "./classification_evaluator.ts";
export {
  type CollectionNames,
  collectionTexts,
  type EvaluationCollection,
  type LabelledPairs,
  type LabelledTexts,
  type ParaphraseTexts,
  type RerankingLists,
  type RetrievalCollection,
  type SimilarityPairs,
  type TeacherVectors,
  type TextTriplets,
  type TranslationPairs,
} from "./collection.ts";
export { detectEvaluation } from "./detect_evaluation.ts";
export type { EvaluatedSize, Evaluation, EvaluatorOptions } from "./evaluation.ts";
export {
  beir,
  benchmark,
  classification,
  heldOutRetrieval,
  heldOutTeacherVectors,
  nanoBeir,
  pairClassification,
  paraphraseMining,
  reranking,
  sts,
  teacherVectors,
  translation,
  triplets,
} from "./evaluation_records.ts";
export type {
  BeirSpec,
  BenchmarkSpec,
  ClassificationSpec,
  EvaluationSpec,
  HeldOutRetrievalSpec,
  HeldOutTeacherVectorsSpec,
  NamedSpec,
  NanoBeirSpec,
  PairClassificationSpec,
  ParaphraseMiningSpec,
  RerankingSpec,
  SearchSpec,
  StsSpec,
  TableSpec,
  TeacherVectorsSpec,
  TranslationSpec,
  TripletsSpec,
} from "./evaluation_spec.ts";
export { heldOutCollection, type HeldOutPairs } from "./held_out_collection.ts";
export { heldOutVectorCollections, type HeldOutVectors } from "./held_out_vectors.ts";
export {
  type CollectionItems,
  type ItemSample,
  type ItemScores,
  type MeanItems,
  PAIR_MEASURES,
  type PairItems,
  type PairMeasure,
  sampleMetrics,
} from "./item_scores.ts";
export { judge, type JudgedIds, type Judgments, type Qrels } from "./judgments.ts";
export { loadBeir } from "./load_beir.ts";
export { loadClassification } from "./load_classification.ts";
export { type EvaluationSources, loadEvaluations } from "./load_evaluations.ts";
export { loadNanoBeir } from "./load_nano_beir.ts";
export { loadPairClassification, loadParaphraseMining, loadTranslation, loadTriplets } from "./load_pairs.ts";
export { loadReranking } from "./load_reranking.ts";
export { loadSts } from "./load_sts.ts";
export { loadTeacherVectors } from "./load_teacher_vectors.ts";
export { teacherPairs } from "./teacher_pairs.ts";
export {
  fitLogisticRegression,
  type LogisticRegression,
  type LogisticRegressionOptions,
  predictClasses,
} from "./logistic_regression.ts";
export * from "./metrics/mod.ts";
export { evaluateMse, type MseVectors } from "./mse_evaluator.ts";
export {
  evaluatePairClassification,
  type PairClassificationVectors,
} from "./pair_classification_evaluator.ts";
export { type MeasuredPairs, pairClassificationMetrics, similarityMetrics } from "./pair_metrics.ts";
export {
  evaluateParaphraseMining,
  type ParaphraseOptions,
  type ParaphraseVectors,
} from "./paraphrase_mining_evaluator.ts";
export { randomBaseline, type RandomBaselineOptions } from "./random_baseline.ts";
export * from "./report/mod.ts";
export {
  evaluateReranking,
  rerankedQueries,
  type RerankingOptions,
  type RerankingVectors,
} from "./reranking_evaluator.ts";
export {
  evaluateRetrieval,
  type QuantizedScores,
  type RetrievalOptions,
  type RetrievalResult,
  type RetrievalScores,
  type RetrievalVectors,
} from "./retrieval_evaluator.ts";
export {
  deepestCutoff,
  fullCutoffs,
  type Metrics,
  type RankingScores,
  type RetrievalCutoffs,
  type RetrievalDefinitions,
  scoreRankings,
  type ScoreRankingsOptions,
} from "./score_rankings.ts";
export { evaluateSimilarity, type SimilarityVectors } from "./similarity_evaluator.ts";
export {
  measureSpeed,
  type SizeSpeed,
  type SpeedOptions,
  type SpeedReport,
  type SpeedTask,
  type Spread,
  spread,
} from "./speed.ts";
export { evaluateSuite, type Subject, type SuiteOptions, type SuiteProgress } from "./suite.ts";
export { suiteMeans } from "./suite_means.ts";
export type {
  BaselineReport,
  CollectionReport,
  FoundText,
  MeanReport,
  Precision,
  QuantizedReport,
  SizeReport,
  SuiteReport,
  WorstItem,
} from "./suite_report.ts";
export type { TablePlaces } from "./_table.ts";
export type { Ranking } from "./_top_k.ts";
export { evaluateTranslation, type TranslationVectors } from "./translation_evaluator.ts";
export { evaluateTriplets, type TripletOptions, type TripletVectors } from "./triplet_evaluator.ts";
export * from "./uncertainty/mod.ts";
export { type Rescoring, VectorRanker, type VectorRankerOptions } from "./vector_ranker.ts";
export type { Encoder, Matrix } from "../model/mod.ts";
