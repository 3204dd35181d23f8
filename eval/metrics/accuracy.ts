/**
 * Accuracy at k of one query: 1 if any of the first k results is relevant, else 0.
 *
 * @param grades relevance of the results, best result first; above 0 is relevant
 * @param k how many results count, from 1
 * @returns 0 or 1
 */
export function accuracyAt(grades: ArrayLike<number>, k: number): number {
  for (let rank = 0; rank < Math.min(k, grades.length); rank++) if (grades[rank] > 0) return 1;
  return 0;
}
