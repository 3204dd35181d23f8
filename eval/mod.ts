/**
 * Evaluation: metrics, evaluators that see only vectors, benchmarks as plain data, BM25 beside them, reports.
 * Everything scores an `Encoder`, whatever stands behind it.
 *
 * @module
 */
export { Bm25, type Bm25Options, type Ranker, type RankOptions } from "./bm25.ts";
export type { EvaluationCollection, RetrievalCollection, SimilarityPairs } from "./collection.ts";
export {
  beir,
  type BeirSpec,
  type EvaluationSpec,
  heldOutRetrieval,
  type HeldOutRetrievalSpec,
  nanoBeir,
  type NanoBeirSpec,
  sts,
  type StsSpec,
} from "./evaluation_spec.ts";
export { heldOutCollection, type HeldOutPairs } from "./held_out_collection.ts";
export { judge, type JudgedIds, type Judgments, type Qrels } from "./judgments.ts";
export { loadBeir } from "./load_beir.ts";
export { type EvaluationSources, loadEvaluations } from "./load_evaluations.ts";
export { loadNanoBeir } from "./load_nano_beir.ts";
export { loadSts } from "./load_sts.ts";
export * from "./metrics/mod.ts";
export { reportTable } from "./report_table.ts";
export {
  evaluateRetrieval,
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
  scoreRankings,
} from "./score_rankings.ts";
export {
  evaluateSimilarity,
  type SimilarityOptions,
  type SimilarityResult,
  type SimilarityScores,
  type SimilarityVectors,
} from "./similarity_evaluator.ts";
export { evaluateSuite, type Subject, type SuiteOptions, type SuiteProgress } from "./suite.ts";
export {
  type BaselineReport,
  type CollectionReport,
  meanOverRetrieval,
  type MeanReport,
  type SizeReport,
  type SuiteReport,
} from "./suite_report.ts";
export type { Ranking } from "./_top_k.ts";
export { VectorRanker, type VectorRankerOptions } from "./vector_ranker.ts";
export type { Encoder, Matrix } from "../model/mod.ts";
