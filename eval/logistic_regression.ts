import { type Matrix, zeroMatrix } from "../model/mod.ts";
import { minimize } from "./_lbfgs.ts";
import { copyOf, MeanLoss } from "./_mean_loss.ts";
import { type Arithmetic, PLAIN_ARITHMETIC } from "./arithmetic.ts";

/** Options of {@link fitLogisticRegression}. */
export interface LogisticRegressionOptions {
  /**
   * Weight of the examples against the penalty, above 0.
   * @default 1
   */
  c?: number;
  /**
   * Most steps of the minimiser.
   * @default 100
   */
  maxIterations?: number;
  /**
   * Ends when no element of the gradient of the mean loss is larger.
   * @default 1e-4
   */
  tolerance?: number;
  /**
   * Where products are computed.
   * @default PLAIN_ARITHMETIC
   */
  arithmetic?: Arithmetic;
}

/** A fitted classifier. */
export interface LogisticRegression {
  /** float32 [classes, dim]; [1, dim] with two classes, where a positive value is the second class. */
  weights: Matrix;
  /** float64 [classes], or [1]. */
  intercepts: Float64Array;
  /** Steps that the minimiser took. */
  iterations: number;
}

/**
 * Fits a logistic regression as scikit-learn's `LogisticRegression` with its defaults does: the multinomial one, with
 * two classes the binary one, L2 penalty on the weights but not on the intercepts, L-BFGS from zero. It minimises
 * `mean over the examples of -log p(class) + |W|^2 / (2 c examples)`.
 *
 * @param vectors float32 [examples, dim]
 * @param classes number of every example's class, from 0
 * @param options {@link LogisticRegressionOptions}
 * @throws RangeError when there is only one class, or a number of a class is left out
 */
export function fitLogisticRegression(
  vectors: Matrix,
  classes: Int32Array,
  options: LogisticRegressionOptions = {},
): LogisticRegression {
  const { c = 1, maxIterations = 100, tolerance = 1e-4, arithmetic = PLAIN_ARITHMETIC } = options;
  const count = classes.reduce((most, number) => Math.max(most, number + 1), 0);
  if (new Set(classes).size !== count || count < 2) {
    throw new RangeError(
      `Cannot fit a classifier: the examples are of ${new Set(classes).size} classes; give two or more, ` +
        "numbered from 0 without gaps",
    );
  }
  const rows = count === 2 ? 1 : count;
  return arithmetic.scoped(() => {
    const loss = new MeanLoss({ vectors, classes }, rows, { penalty: 1 / (c * vectors.rows), arithmetic });
    const { point, iterations } = minimize(
      (at, out) => loss.at(at, out),
      new Float64Array(rows * (vectors.columns + 1)),
      { maxIterations, gradientTolerance: tolerance },
    );
    const weights = zeroMatrix(rows, vectors.columns);
    weights.data.set(point.subarray(0, weights.data.length));
    return { weights, intercepts: point.slice(weights.data.length), iterations };
  });
}

/**
 * The most probable class of every vector; of equally probable ones the first.
 *
 * @param model a fitted classifier
 * @param vectors float32 [rows, dim]
 * @param arithmetic where products are computed
 * @returns int32 [rows]
 */
export function predictClasses(
  model: LogisticRegression,
  vectors: Matrix,
  arithmetic: Arithmetic = PLAIN_ARITHMETIC,
): Int32Array {
  return arithmetic.scoped(() => {
    const { rows } = model.weights;
    const [a, b] = [vectors, model.weights].map(({ data }) => copyOf(data, arithmetic));
    const out = arithmetic.float64(vectors.rows * rows);
    const { columns } = vectors;
    arithmetic.products({ a, aRows: vectors.rows, b, bRows: rows, columns, sizes: [columns], out });
    return Int32Array.from(
      { length: vectors.rows },
      (_, i) => bestOf(out.subarray(i * rows), model.intercepts),
    );
  });
}

function bestOf(scores: Float64Array, intercepts: Float64Array): number {
  if (intercepts.length === 1) return Number(scores[0] + intercepts[0] > 0);
  let best = 0;
  for (let k = 1; k < intercepts.length; k++) {
    if (scores[k] + intercepts[k] > scores[best] + intercepts[best]) best = k;
  }
  return best;
}
