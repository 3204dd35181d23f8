/**
 * Average precision of scored items with binary labels, as scikit-learn's `average_precision_score` has it:
 * `sum over the different scores, highest first, of (recall - recall before) * precision`. Items of one score count
 * together, so their order does not matter.
 *
 * @param scores one number an item, larger is more likely relevant
 * @param labels above 0 is relevant
 * @returns 0 to 1, or null where it is undefined: nothing is relevant
 */
export function averagePrecisionOf(scores: ArrayLike<number>, labels: ArrayLike<number>): number | null {
  const order = byScore(scores);
  let relevant = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] > 0) relevant++;
  if (relevant === 0) return null;
  let found = 0;
  let sum = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    let here = 0;
    for (; end < order.length && scores[order[end]] === scores[order[start]]; end++) {
      if (labels[order[end]] > 0) here++;
    }
    found += here;
    sum += here * found / end;
    start = end;
  }
  return sum / relevant;
}

/**
 * Numbers of the items by score, highest first; equal scores in the order of the items.
 *
 * @param scores any finite numbers
 */
export function byScore(scores: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b] - scores[a]);
}
