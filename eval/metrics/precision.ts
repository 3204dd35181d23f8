/**
 * Precision at k of one query: the share of the first k results that is relevant. Where there are fewer than k
 * results the missing ones count as not relevant.
 *
 * @param grades relevance of the results, best result first; above 0 is relevant
 * @param k how many results count, from 1
 * @returns 0 to 1
 */
export function precisionAt(grades: ArrayLike<number>, k: number): number {
  return relevantAmong(grades, k) / k;
}

/**
 * How many of the first k results are relevant.
 *
 * @param grades relevance of the results, best result first; above 0 is relevant
 * @param k how many results count, from 1
 * @returns 0 to k
 */
export function relevantAmong(grades: ArrayLike<number>, k: number): number {
  let count = 0;
  for (let rank = 0; rank < Math.min(k, grades.length); rank++) if (grades[rank] > 0) count++;
  return count;
}
