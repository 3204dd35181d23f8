import type { Statistic } from "./statistic.ts";

/** Above this number of items groups are left out instead of single items: errors are then known to 3 %. */
const MOST_GROUPS = 500;

/**
 * Leaves out items in turn: what each contributes to a score, which standard error and skewness follow from.
 *
 * @param items how many there are
 * @param statistic the score
 * @returns one number an item, or a group of them; those left out without which the score is undefined
 */
export function jackknifeShares(items: number, statistic: Statistic): Float64Array {
  const groups = Math.min(items, MOST_GROUPS);
  const weights = new Uint32Array(items).fill(1);
  const scores: number[] = [];
  for (let group = 0; group < groups && items > 1; group++) {
    for (let item = group; item < items; item += groups) weights[item] = 0;
    const score = statistic(weights);
    if (score !== null) scores.push(score);
    for (let item = group; item < items; item += groups) weights[item] = 1;
  }
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return Float64Array.from(scores, (score) => (mean - score) * (groups - 1) / groups);
}
