/**
 * Operations made of several ONNX operators whose gradient is written by hand, because the mechanical one would cost
 * more passes over large matrices or lose precision.
 *
 * @module
 */
import {
  abs,
  add,
  cast,
  div,
  equal,
  exp,
  extentOf,
  gatherRows,
  gemm,
  greater,
  identity,
  log,
  maximum,
  mul,
  neg,
  numbersAlong,
  reduceMax,
  reduceSum,
  relu,
  reshape,
  softmax,
  sqrt,
  square,
  sub,
  unsqueeze,
  where,
} from "./ops.ts";
import { roundedDotProducts } from "./low_precision.ts";
import { sumToShapeOf } from "./rules.ts";
import type { Value } from "./value.ts";

/** Stands for minus infinity among logits: its exponential is 0 in float32 beside any logit above -1e8. */
export const EXCLUDED_LOGIT: number = -1e9;

/**
 * log(sum(exp(x))) over the last axis, kept with extent 1: x [n, m] gives [n, 1]. Elements where `excluded` (bool, of
 * the shape of x, or one that x is broadcast to) holds are left out; a row with none left gives {@link
 * EXCLUDED_LOGIT} or a little more.
 *
 * With p = softmax(x) the value is max(x) - log(max(p)): the largest probability is at least 1/m, so nothing
 * underflows. Gradient: p, which the value has already computed and which is 0 for excluded elements, times the
 * incoming gradient.
 */
export function logSumExp(x: Value, excluded?: Value): Value {
  const axes = [x.shape.length - 1];
  const logits = excluded === undefined ? x : where(excluded, EXCLUDED_LOGIT, x);
  const probabilities = softmax(logits);
  const largest = reduceMax(logits, axes, { keep: true });
  const result = sub(largest, log(reduceMax(probabilities, axes, { keep: true })));
  x.graph.setGradient(result, [x], (gradient) => [sumToShapeOf(x, mul(probabilities, gradient))]);
  return result;
}

/**
 * x times factors that are treated as constants: the gradient goes to x unchanged. What remains is a result whose
 * gradient does not see the factors ("stop gradient").
 */
export function scaleWithoutGradient(x: Value, factors: Value): Value {
  const result = mul(x, factors);
  x.graph.setGradient(result, [x], (gradient) => [gradient]);
  return result;
}

/** log(1 + exp(x)), without overflow. */
export function softplus(x: Value): Value {
  return add(relu(x), log(add(exp(neg(abs(x))), 1)));
}

/** Smallest distance that is told from 0: there and below the gradient is 0. */
const SMALLEST_DISTANCE = 1e-12;

/** Square root of squared distances; 0 (as rounding may also leave a little below 0) has the gradient 0. */
export function distancesFromSquares(squares: Value): Value {
  return sqrt(maximum(squares, SMALLEST_DISTANCE ** 2));
}

/**
 * Euclidean distances from dot products: sqrt(rows[i] + columns[j] - 2 dots[i, j]), for dots [n, m] and the squared
 * lengths rows [n, 1] and columns [1, m].
 *
 * Gradient: with h = gradient / distance, `dots` receives -h and the squared lengths half the sums of h, in two passes
 * over the matrix and a sum along each axis. In float32 a distance below 1e-3 of the lengths is mostly rounding.
 */
export function distancesFromDots(dots: Value, rows: Value, columns: Value): Value {
  const result = distancesFromSquares(add(add(mul(dots, -2), rows), columns));
  dots.graph.setGradient(result, [dots, rows, columns], (gradient) => {
    const negative = where(greater(result, 2 * SMALLEST_DISTANCE), neg(div(gradient, result)), 0);
    const half = (axis: number): Value => mul(reduceSum(negative, [axis], { keep: true }), -0.5);
    return [negative, half(1), half(0)];
  });
  return result;
}

/** Stands for a factor of 0 where it divides 0. */
const SMALLEST_FACTOR = 1e-30;

/**
 * x[i, j] * rows[i] * columns[j], for x [n, m], rows [n, 1], columns [1, m], no factor below 0.
 *
 * Gradient: with q = gradient * result, the factor `rows` receives rowsum(q) / rows and `columns` colsum(q) / columns,
 * one pass over the matrix for both. A factor of 0 receives 0.
 */
export function scaleRowsAndColumns(x: Value, rows: Value, columns: Value): Value {
  const result = mul(mul(x, columns), rows);
  x.graph.setGradient(result, [x, rows, columns], (gradient) => {
    const weighted = mul(gradient, result);
    return [
      mul(mul(gradient, columns), rows),
      div(reduceSum(weighted, [1], { keep: true }), maximum(rows, SMALLEST_FACTOR)),
      div(reduceSum(weighted, [0], { keep: true }), maximum(columns, SMALLEST_FACTOR)),
    ];
  });
  return result;
}

/** Squared length of each row, [n, d] to [n, 1]. */
export function squaredLengths(x: Value): Value {
  return reduceSum(square(x), [1], { keep: true });
}

/** Dot product of each row of a with the same row of b, [n, d] and [n, d] to [n, 1]. */
export function rowDots(a: Value, b: Value): Value {
  return reduceSum(mul(a, b), [1], { keep: true });
}

/**
 * 1 / length from squared lengths: the factor that normalises a row. A row no longer than 1e-12 has no direction: its
 * factor is 0, so it stays zero, its cosines are 0 and it receives no gradient (PyTorch's `normalize` divides by 1e-12
 * and gives it a gradient a trillion times too long).
 */
export function inverseLengths(squares: Value): Value {
  const SMALLEST_SQUARE = 1e-24;
  const inverse = div(1, sqrt(maximum(squares, SMALLEST_SQUARE)));
  return where(greater(squares, SMALLEST_SQUARE), inverse, 0);
}

/** a b^T + plus, for a [n, d], b [m, d] and, if given, plus [n, m]; in the precision that the graph asks for. */
export function dotProducts(a: Value, b: Value, plus?: Value): Value {
  if (a.graph.products !== "float32") return roundedDotProducts(a, b, plus);
  return gemm(a, b, { transposeB: true, plus });
}

/**
 * Where each row of a matrix [n, m] meets the column of the same number, bool. The numbers are compared as int32, because
 * WebGPU compares no int64 and the CPU would have to bring it the whole matrix.
 *
 * @param firstRow number of the first row, int64 scalar. Default: 0
 */
export function diagonalMask(x: Value, firstRow?: Value): Value {
  const rows = cast(rowNumbers(x, firstRow), "int32");
  const columns = cast(numbersAlong(x, 1), "int32");
  return equal(unsqueeze(rows, [1]), unsqueeze(columns, [0]));
}

/** Numbers of the rows of a matrix, int64 [n]. */
function rowNumbers(x: Value, firstRow: Value | undefined): Value {
  const numbers = numbersAlong(x, 0);
  return firstRow === undefined ? numbers : add(numbers, firstRow);
}

/** A square matrix with its diagonal replaced by a number. */
export function replaceDiagonal(x: Value, diagonal: number): Value {
  return where(diagonalMask(x), diagonal, x);
}

/**
 * The elements of a matrix [n, m] in the column of their row's number, as [n, 1].
 *
 * @param firstRow number of the first row, int64 scalar. Default: 0
 */
export function diagonalOf(x: Value, firstRow?: Value): Value {
  const starts = mul(numbersAlong(x, 0), extentOf(x, 1));
  const places = add(starts, rowNumbers(x, firstRow));
  return unsqueeze(gatherRows(reshape(x, [-1], ["elements"]), places), [1]);
}

/**
 * A value whose gradient goes to another that is equal but for rounding: what is subtracted from a matrix' own sums
 * should round as the matrix does, but its gradient need not run through the matrix.
 */
export function withGradientOf(value: Value, source: Value): Value {
  const result = identity(value);
  value.graph.setGradient(result, [source], (gradient) => [gradient]);
  return result;
}

/** The sum of some values of one shape. @throws {RangeError} if there are none */
export function sumOf(values: readonly Value[]): Value {
  if (values.length === 0) throw new RangeError("Cannot add up: there are no values; give at least one");
  return values.reduce((total, value) => add(total, value));
}
