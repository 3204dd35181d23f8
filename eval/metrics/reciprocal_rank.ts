/**
 * Reciprocal rank at k of one query: 1 over the rank of the first relevant result, 0 if the first k have none. Its
 * mean over queries is MRR@k.
 *
 * @param grades relevance of the results, best result first; above 0 is relevant
 * @param k how many results count, from 1
 * @returns 0 to 1
 */
export function reciprocalRankAt(grades: ArrayLike<number>, k: number): number {
  for (let rank = 0; rank < Math.min(k, grades.length); rank++) if (grades[rank] > 0) return 1 / (rank + 1);
  return 0;
}
