import { isConstant, pearson } from "./pearson.ts";

/**
 * Spearman's rank correlation of two lists of numbers: Pearson's correlation of their ranks; equal numbers share the
 * average of their ranks.
 *
 * @param x n numbers
 * @param y n numbers
 * @returns -1 to 1, or null where it is undefined: fewer than two numbers, or all numbers of a list are the same
 * @throws TypeError when the lists differ in length
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  if (isConstant(x) || isConstant(y)) return null;
  return pearson(averageRanks(x), averageRanks(y));
}

/**
 * Ranks from 1; equal numbers share the average of their ranks.
 *
 * @param x n numbers
 * @returns float64 [n]: the rank of every number
 */
export function averageRanks(x: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: x.length }, (_, i) => i).sort((a, b) => x[a] - x[b]);
  const ranks = new Float64Array(x.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && x[order[end]] === x[order[start]]) end++;
    for (let i = start; i < end; i++) ranks[order[i]] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}
