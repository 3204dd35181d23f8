/**
 * Metrics: numbers in, number out. Retrieval metrics take the relevance grades of one query's results in the order
 * of the ranking; correlations take two lists.
 *
 * @module
 */
export { accuracyAt } from "./accuracy.ts";
export { averagePrecisionAt } from "./average_precision.ts";
export { ndcgAt } from "./ndcg.ts";
export { isConstant, pearson } from "./pearson.ts";
export { precisionAt, relevantAmong } from "./precision.ts";
export { recallAt } from "./recall.ts";
export { reciprocalRankAt } from "./reciprocal_rank.ts";
export { averageRanks, spearman } from "./spearman.ts";
