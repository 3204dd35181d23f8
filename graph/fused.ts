/**
 * Operations made of several ONNX operators whose gradient is written by hand, because the mechanical one would cost
 * more passes over large matrices or lose precision.
 *
 * @module
 */
import {
  add,
  div,
  equal,
  gemm,
  log,
  maximum,
  mul,
  numbersAlong,
  reduceMax,
  reduceSum,
  softmax,
  sqrt,
  square,
  sub,
  unsqueeze,
  where,
} from "./ops.ts";
import type { Value } from "./value.ts";

/**
 * log(sum(exp(x))) over the last axis, kept with extent 1: x [n, m] gives [n, 1].
 *
 * With p = softmax(x) the value is max(x) - log(max(p)): the largest probability is at least 1/m, so nothing underflows.
 * Gradient: p, which the value has already computed, times the incoming gradient.
 */
export function logSumExp(x: Value): Value {
  const axes = [x.shape.length - 1];
  const probabilities = softmax(x);
  const largest = reduceMax(x, axes, { keep: true });
  const result = sub(largest, log(reduceMax(probabilities, axes, { keep: true })));
  x.graph.setGradient(result, [x], (gradient) => [mul(probabilities, gradient)]);
  return result;
}

/**
 * x[i, j] * rows[i] * columns[j], for x [n, m], rows [n, 1], columns [1, m], all factors non-zero.
 *
 * Gradient: with q = gradient * result, the factor `rows` receives rowsum(q) / rows and `columns` colsum(q) / columns,
 * one pass over the matrix for both.
 */
export function scaleRowsAndColumns(x: Value, rows: Value, columns: Value): Value {
  const result = mul(mul(x, columns), rows);
  x.graph.setGradient(result, [x, rows, columns], (gradient) => {
    const weighted = mul(gradient, result);
    return [
      mul(mul(gradient, columns), rows),
      div(reduceSum(weighted, [1], { keep: true }), rows),
      div(reduceSum(weighted, [0], { keep: true }), columns),
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
 * 1 / max(length, 1e-12) from squared lengths: the factor that normalises a row as PyTorch's `normalize` does; a zero
 * row stays zero.
 */
export function inverseLengths(squares: Value): Value {
  const SMALLEST_SQUARE = 1e-24;
  return div(1, sqrt(maximum(squares, SMALLEST_SQUARE)));
}

/** a b^T + plus, for a [n, d], b [m, d] and, if given, plus [n, m]. */
export function dotProducts(a: Value, b: Value, plus?: Value): Value {
  return gemm(a, b, { transposeB: true, plus });
}

/** A square matrix with its diagonal replaced by a number. */
export function replaceDiagonal(x: Value, diagonal: number): Value {
  const isDiagonal = equal(unsqueeze(numbersAlong(x, 0), [1]), unsqueeze(numbersAlong(x, 1), [0]));
  return where(isDiagonal, diagonal, x);
}

/** The sum of some values of one shape. @throws {RangeError} if there are none */
export function sumOf(values: readonly Value[]): Value {
  if (values.length === 0) throw new RangeError("Cannot add up: there are no values; give at least one");
  return values.reduce((total, value) => add(total, value));
}
