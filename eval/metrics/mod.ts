/**
 * Metrics: numbers in, number out. Retrieval metrics take the relevance grades of one query's results in the order
 * of the ranking; metrics of scored items take scores and labels; correlations take two lists.
 *
 * @module
 */
export { accuracyAt } from "./accuracy.ts";
export { averagePrecisionAt, trecAveragePrecisionAt } from "./average_precision.ts";
export { averagePrecisionOf, byScore } from "./average_precision_of.ts";
export { type AccuracyThreshold, bestAccuracy, bestF1, type F1Threshold } from "./best_threshold.ts";
export { type ClassificationScores, classificationScores } from "./classification.ts";
export { matthewsCorrelation } from "./matthews.ts";
export { ndcgAt, trecNdcgAt } from "./ndcg.ts";
export { ndcgOf } from "./ndcg_of.ts";
export { isConstant, pearson } from "./pearson.ts";
export { precisionAt, relevantAmong } from "./precision.ts";
export { recallAt } from "./recall.ts";
export { reciprocalRankAt } from "./reciprocal_rank.ts";
export { averageRanks, spearman } from "./spearman.ts";
