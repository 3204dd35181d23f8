/**
 * Matrix products in 16-bit floats, whose factors and results are float32: what master weights in float32 need.
 *
 * @module
 */
import { abs, add, allAxes, cast, div, gemm, type GemmOptions, maximum, mul, reduceMax } from "./ops.ts";
import { sumToShapeOf } from "./rules.ts";
import type { Value } from "./value.ts";

/** Stands for the largest magnitude of a matrix of zeros. */
const SMALLEST_MAGNITUDE = 1e-30;

/** A factor as 16-bit floats, and what it was divided by. */
interface RoundedFactor {
  value: Value;
  /** float32 scalar; undefined for 1. */
  magnitude?: Value;
}

/**
 * a b^T + plus by products of 16-bit floats, as {@link Graph.products} says, for a [n, d], b [m, d], and plus [n, m].
 *
 * float16 ends at 65,504 and begins at 6e-8, which gradients of a batch are below. So each factor is divided by its
 * largest magnitude before it is rounded, and the product multiplied by both: nothing can overflow up to d = 65,504, and
 * what is lost is below 6e-8 of the largest element. bfloat16 has the range of float32 and needs none of this.
 *
 * Gradient: two products of the same kind.
 */
export function roundedDotProducts(a: Value, b: Value, plus?: Value): Value {
  const product = roundedProduct(a, b, { transposeB: true });
  const result = plus === undefined ? product : add(product, plus);
  const operands = plus === undefined ? [a, b] : [a, b, plus];
  a.graph.setGradient(result, operands, (gradient) => {
    const da = roundedProduct(gradient, b, {});
    const db = roundedProduct(gradient, a, { transposeA: true });
    return plus === undefined ? [da, db] : [da, db, sumToShapeOf(plus, gradient)];
  });
  return result;
}

function roundedProduct(a: Value, b: Value, options: GemmOptions): Value {
  const [left, right] = [a, b].map(roundFactor);
  const product = cast(gemm(left.value, right.value, options), "float32");
  if (left.magnitude === undefined || right.magnitude === undefined) return product;
  return mul(product, mul(left.magnitude, right.magnitude));
}

function roundFactor(x: Value): RoundedFactor {
  const type = x.graph.products;
  if (type !== "float16") return { value: cast(x, type) };
  const magnitude = maximum(reduceMax(abs(x), allAxes(x)), SMALLEST_MAGNITUDE);
  return { value: cast(div(x, magnitude), type), magnitude };
}
