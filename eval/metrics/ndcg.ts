/**
 * Normalised discounted cumulative gain at k of one query, with binary gains as Sentence Transformers'
 * InformationRetrievalEvaluator has them:
 * `DCG = sum over the relevant ranks r = 1..k of 1 / log2(r + 1)`, divided by the DCG of an ideal ranking.
 *
 * Source: Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002, with gain 0 or 1.
 *
 * @param grades relevance of the results, best result first; above 0 is relevant, and all relevant gain the same
 * @param k how many results count, from 1
 * @param relevant how many relevant documents there are, from 1
 * @returns 0 to 1
 */
export function ndcgAt(grades: ArrayLike<number>, k: number, relevant: number): number {
  let gain = 0;
  for (let rank = 0; rank < Math.min(k, grades.length); rank++) if (grades[rank] > 0) gain += discount(rank);
  let ideal = 0;
  for (let rank = 0; rank < Math.min(k, relevant); rank++) ideal += discount(rank);
  return gain / ideal;
}

/**
 * Normalised discounted cumulative gain at k of one query, with graded gains as NIST's trec_eval has it (`ndcg_cut`):
 * `DCG = sum over the ranks r = 1..k of max(grade, 0) / log2(r + 1)`, divided by the DCG of an ideal ranking.
 *
 * @param grades relevance of the results, best result first; 0 and below gain nothing
 * @param k how many results count, from 1
 * @param ideal grades of all relevant documents, largest first; at least one
 * @returns 0 to 1
 */
export function trecNdcgAt(grades: ArrayLike<number>, k: number, ideal: ArrayLike<number>): number {
  return gradedGain(grades, k) / gradedGain(ideal, k);
}

function gradedGain(grades: ArrayLike<number>, k: number): number {
  let gain = 0;
  for (let rank = 0; rank < Math.min(k, grades.length); rank++) {
    gain += Math.max(grades[rank], 0) * discount(rank);
  }
  return gain;
}

/** Weight of a rank that is counted from 0. */
function discount(rank: number): number {
  return 1 / Math.log2(rank + 2);
}
