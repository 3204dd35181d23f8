import { div, maximum, reduceSum, sqrt, square, type Value } from "../graph/mod.ts";

/** Smallest length that a vector is divided by, as torch's `normalize` has it: a zero vector stays zero. */
const SMALLEST_NORM = 1e-12;

/** Rows of a matrix at length 1. */
export function unitRows(x: Value): Value {
  return div(x, maximum(sqrt(reduceSum(square(x), [1], { keep: true })), SMALLEST_NORM));
}
