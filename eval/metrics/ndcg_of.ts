import { byScore } from "./average_precision_of.ts";

/**
 * Normalised discounted cumulative gain at k of scored items with graded labels, as scikit-learn's `ndcg_score` has
 * it: `DCG = sum over the ranks r = 1..k of gain(r) / log2(r + 1)`, over the DCG of the best order. Items of one score
 * share the mean of their gains, so their order does not matter.
 *
 * Source: McSherry and Najork, Computing information retrieval performance measures efficiently in the presence of
 * tied scores, 2008.
 *
 * @param scores one number an item, larger is ranked higher
 * @param gains one number an item, 0 up
 * @param k how many ranks count, from 1
 * @returns 0 to 1; 0 where no item has a gain
 */
export function ndcgOf(scores: ArrayLike<number>, gains: ArrayLike<number>, k: number): number {
  const order = byScore(scores);
  let dcg = 0;
  for (let start = 0; start < Math.min(k, order.length);) {
    let end = start;
    let gain = 0;
    for (; end < order.length && scores[order[end]] === scores[order[start]]; end++) {
      gain += gains[order[end]];
    }
    dcg += gain / (end - start) * discounts(start, Math.min(end, k));
    start = end;
  }
  const ideal = byScore(gains).slice(0, k).reduce((sum, item, rank) => sum + gains[item] * discount(rank), 0);
  return ideal === 0 ? 0 : dcg / ideal;
}

function discounts(start: number, end: number): number {
  let sum = 0;
  for (let rank = start; rank < end; rank++) sum += discount(rank);
  return sum;
}

/** Weight of a rank that is counted from 0. */
function discount(rank: number): number {
  return 1 / Math.log2(rank + 2);
}
