import assert from "node:assert/strict";
import { Kernels } from "../kernels/mod.ts";
import { matrixFromRows } from "../model/mod.ts";
import { sequence } from "./_lcg.ts";
import { minimize } from "./_lbfgs.ts";
import { kernelArithmetic } from "./arithmetic.ts";
import { fitLogisticRegression, predictClasses } from "./logistic_regression.ts";

Deno.test("minimize finds the bottom of Rosenbrock's valley", () => {
  const { point, iterations } = minimize(
    ([x, y], out) => {
      out[0] = -2 * (1 - x) - 400 * x * (y - x * x);
      out[1] = 200 * (y - x * x);
      return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
    },
    Float64Array.of(-1.2, 1),
    { maxIterations: 100, gradientTolerance: 1e-8 },
  );
  assert.ok(Math.hypot(point[0] - 1, point[1] - 1) < 1e-6, `${point}`);
  // SciPy's L-BFGS-B takes 37 from here.
  assert.ok(iterations > 25 && iterations < 45, `${iterations} steps`);
});

Deno.test("minimize ends where it may go no further, and at once where it need not go", () => {
  const slope = (point: Float64Array, out: Float64Array): number => {
    out[0] = 2 * point[0];
    return point[0] ** 2;
  };
  const options = { maxIterations: 1, gradientTolerance: 1e-8 };
  assert.equal(minimize(slope, Float64Array.of(3), options).iterations, 1);
  assert.equal(minimize(slope, Float64Array.of(0), options).iterations, 0);
});

Deno.test("fitLogisticRegression: two classes, by hand", () => {
  // Examples 1 and -1: the mean loss is log(1 + e^-w) + w^2 / 4, least where w (1 + e^w) = 2; the intercept is 0.
  const { weights, intercepts } = fitLogisticRegression(matrixFromRows([[1], [-1]]), Int32Array.of(1, 0), {
    tolerance: 1e-9,
  });
  const [w] = weights.data;
  // Weights are float32: 6e-8 of 0.67, times the slope of w (1 + e^w).
  assert.ok(Math.abs(w * (1 + Math.exp(w)) - 2) < 1e-6, `${w}`);
  assert.ok(Math.abs(intercepts[0]) < 1e-6);
  const model = { weights, intercepts, iterations: 0 };
  assert.deepEqual([...predictClasses(model, matrixFromRows([[0.1], [-0.1]]))], [1, 0]);
});

Deno.test("fitLogisticRegression: several classes, the gradient vanishes, kernels find the same", async () => {
  const next = sequence(3);
  const classes = Int32Array.from({ length: 60 }, (_, i) => i % 3);
  const rows = [...classes].map((k) => Array.from({ length: 40 }, (_, c) => next() + Number(c % 3 === k)));
  const vectors = matrixFromRows(rows);
  const plain = fitLogisticRegression(vectors, classes, { tolerance: 1e-7, maxIterations: 1000 });
  assert.ok(largestSlope(plain, rows, classes) < 1e-6);
  assert.deepEqual([...predictClasses(plain, vectors)], [...classes]);
  using kernels = await Kernels.start({ threads: 1 });
  const fast = fitLogisticRegression(vectors, classes, { arithmetic: kernelArithmetic(kernels) });
  const slow = fitLogisticRegression(vectors, classes);
  // Products differ by 1e-8, the tolerance of 1e-4 leaves the weights free to about as much over the penalty.
  fast.weights.data.forEach((weight, i) => assert.ok(Math.abs(weight - slow.weights.data[i]) < 1e-3));
});

Deno.test("fitLogisticRegression refuses a single class", () => {
  assert.throws(
    () => fitLogisticRegression(matrixFromRows([[1], [2]]), Int32Array.of(0, 0)),
    /^RangeError: Cannot fit a classifier: the examples are of 1 classes; give two or more/,
  );
});

/** The largest element of the gradient of the mean loss with its penalty, by the definition. */
function largestSlope(
  { weights, intercepts }: ReturnType<typeof fitLogisticRegression>,
  rows: readonly number[][],
  classes: Int32Array,
): number {
  const { columns } = weights;
  const gradient = weights.data.map((weight) => weight / rows.length);
  rows.forEach((row, i) => {
    const scores = [...intercepts].map((b, k) =>
      row.reduce((sum, x, c) => sum + x * weights.data[k * columns + c], b)
    );
    const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    scores.forEach((score, k) => {
      const slope = (Math.exp(score) / total - Number(classes[i] === k)) / rows.length;
      row.forEach((x, c) => gradient[k * columns + c] += slope * x);
    });
  });
  return Math.max(...gradient.map(Math.abs));
}
