/**
 * Average precision at k of one query: the precisions at the ranks of the relevant results among the first k, summed
 * and divided by `min(k, relevant)`. Its mean over queries is MAP@k.
 *
 * @param grades relevance of the results, best result first; above 0 is relevant
 * @param k how many results count, from 1
 * @param relevant how many relevant documents there are, from 1
 * @returns 0 to 1
 */
export function averagePrecisionAt(grades: ArrayLike<number>, k: number, relevant: number): number {
  let found = 0;
  let sum = 0;
  for (let rank = 0; rank < Math.min(k, grades.length); rank++) {
    if (grades[rank] > 0) sum += ++found / (rank + 1);
  }
  return sum / Math.min(k, relevant);
}

/**
 * Average precision at k of one query as NIST's trec_eval has it (`map_cut`): as {@link averagePrecisionAt}, but
 * divided by the number of relevant documents, also where that is more than k.
 *
 * @param grades relevance of the results, best result first; above 0 is relevant
 * @param k how many results count, from 1
 * @param relevant how many relevant documents there are, from 1
 * @returns 0 to 1
 */
export function trecAveragePrecisionAt(grades: ArrayLike<number>, k: number, relevant: number): number {
  return averagePrecisionAt(grades, k, relevant) * Math.min(k, relevant) / relevant;
}
