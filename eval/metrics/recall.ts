import { relevantAmong } from "./precision.ts";

/**
 * Recall at k of one query: the share of all relevant documents that is among the first k results.
 *
 * @param grades relevance of the results, best result first; above 0 is relevant
 * @param k how many results count, from 1
 * @param relevant how many relevant documents there are, from 1
 * @returns 0 to 1
 */
export function recallAt(grades: ArrayLike<number>, k: number, relevant: number): number {
  return relevantAmong(grades, k) / relevant;
}
