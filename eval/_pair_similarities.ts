import type { Matrix } from "../model/mod.ts";
import { notFinite } from "./_prefix_sums.ts";
import type { PairMeasure } from "./item_scores.ts";

/** For every measure the similarities of all pairs at every size: float64 [sizes, pairs]. */
export type PairSimilarities = Record<PairMeasure, Float64Array>;

/** Shortest length that is divided by: the cosine with a zero vector is 0. */
const SMALLEST_NORM = 1e-12;

/**
 * The similarities of row i of `a` with row i of `b`, for every pair, measure and size in one pass over the numbers:
 * five running sums, read off at every size.
 *
 * @param names what rows of `a` and `b` are called in messages
 * @throws RangeError when a vector is not finite
 */
export function pairSimilarities(
  { a, b }: { a: Matrix; b: Matrix },
  sizes: readonly number[],
  names: readonly [string, string],
): PairSimilarities {
  const { data: x, rows, columns } = a;
  const { data: y } = b;
  const room = (): Float64Array => new Float64Array(sizes.length * rows);
  const similarities = { cosine: room(), dot: room(), euclidean: room(), manhattan: room() };
  const { cosine, dot, euclidean, manhattan } = similarities;
  for (let pair = 0; pair < rows; pair++) {
    const start = pair * columns;
    let xx = 0, yy = 0, xy = 0, squares = 0, absolutes = 0;
    let column = 0;
    for (let s = 0; s < sizes.length; s++) {
      for (; column < sizes[s]; column++) {
        const u = x[start + column], v = y[start + column];
        const difference = u - v;
        xx += u * u, yy += v * v, xy += u * v;
        squares += difference * difference, absolutes += Math.abs(difference);
      }
      const at = s * rows + pair;
      cosine[at] = xy / (Math.max(Math.sqrt(xx), SMALLEST_NORM) * Math.max(Math.sqrt(yy), SMALLEST_NORM));
      // 0 - x and not -x: there is no -0 in JSON.
      dot[at] = xy, euclidean[at] = 0 - Math.sqrt(squares), manhattan[at] = 0 - absolutes;
    }
    if (!Number.isFinite(xx)) throw notFinite(names[0], pair);
    if (!Number.isFinite(yy)) throw notFinite(names[1], pair);
  }
  return similarities;
}

/** The similarities of all pairs at the size with number `s`, as views. */
export function similaritiesAt(similarities: PairSimilarities, s: number, pairs: number): PairSimilarities {
  const { cosine, dot, euclidean, manhattan } = similarities;
  const cut = (values: Float64Array): Float64Array => values.subarray(s * pairs, (s + 1) * pairs);
  return { cosine: cut(cosine), dot: cut(dot), euclidean: cut(euclidean), manhattan: cut(manhattan) };
}
