/** Every rule of the gradient table by value and by finite differences, through the real runtime. */
import assert from "node:assert/strict";
import {
  abs,
  add,
  concat,
  diagonalMask,
  diagonalOf,
  distancesFromDots,
  div,
  dotProducts,
  exp,
  expandLike,
  gatherColumns,
  gatherRows,
  gemm,
  gradients,
  Graph,
  greater,
  identity,
  inverseLengths,
  listOperators,
  log,
  logSumExp,
  maximum,
  minimum,
  mul,
  neg,
  NO_GRADIENT,
  type OperatorName,
  reduceMax,
  reduceMean,
  reduceSum,
  relu,
  replaceDiagonal,
  reshape,
  rowDots,
  RULES,
  runningSum,
  scaleRowsAndColumns,
  scaleWithoutGradient,
  scatterColumns,
  scatterRows,
  softmax,
  softplus,
  sortRows,
  split,
  splitEvenly,
  sqrt,
  square,
  squaredLengths,
  squeeze,
  sub,
  transpose,
  unsqueeze,
  type Value,
  where,
  withGradientOf,
} from "../graph/mod.ts";
import { loadGraph, relativeError, type TestInputs, testRandom } from "./_run_graph.ts";

interface Case {
  /** What is tested. */
  name: string;
  /** The operators whose rules it covers. */
  covers: readonly OperatorName[];
  /** Shapes of the float inputs. */
  shapes: readonly (readonly number[])[];
  /** The function; its result is reduced to a scalar with fixed weights. */
  build: (inputs: readonly Value[]) => Value;
  /** Maps uniform numbers in [-1, 1) into the domain. @default itself */
  domain?: (x: number) => number;
}

const positive = (x: number): number => 1.5 + x;

const CASES: readonly Case[] = [
  { name: "add, broadcast rows", covers: ["Add"], shapes: [[3, 4], [4]], build: ([a, b]) => add(a, b) },
  { name: "sub, broadcast column", covers: ["Sub"], shapes: [[3, 1], [3, 4]], build: ([a, b]) => sub(a, b) },
  { name: "mul, broadcast both", covers: ["Mul"], shapes: [[3, 1], [1, 4]], build: ([a, b]) => mul(a, b) },
  { name: "div", covers: ["Div"], shapes: [[3, 4], [3, 1]], build: ([a, b]) => div(a, b), domain: positive },
  { name: "neg", covers: ["Neg"], shapes: [[5]], build: ([x]) => neg(x) },
  { name: "exp", covers: ["Exp"], shapes: [[5]], build: ([x]) => exp(x) },
  { name: "log", covers: ["Log"], shapes: [[5]], build: ([x]) => log(x), domain: positive },
  { name: "sqrt", covers: ["Sqrt"], shapes: [[5]], build: ([x]) => sqrt(x), domain: positive },
  { name: "abs", covers: ["Abs"], shapes: [[9]], build: ([x]) => abs(x) },
  { name: "relu", covers: ["Relu"], shapes: [[9]], build: ([x]) => relu(x) },
  { name: "maximum", covers: ["Max"], shapes: [[9], [9]], build: ([a, b]) => maximum(a, b) },
  { name: "minimum", covers: ["Min"], shapes: [[9], [9]], build: ([a, b]) => minimum(a, b) },
  {
    name: "where",
    covers: ["Where"],
    shapes: [[3, 4], [3, 4], [1]],
    build: ([c, a, b]) => where(greater(c, 0), a, b),
  },
  ...[[false, false], [false, true], [true, false], [true, true]].map(([transposeA, transposeB]) => ({
    name: `gemm, transposeA ${transposeA}, transposeB ${transposeB}`,
    covers: ["Gemm"] as const,
    shapes: [transposeA ? [3, 2] : [2, 3], transposeB ? [4, 3] : [3, 4], [2, 4]],
    build: ([a, b, plus]: readonly Value[]) => gemm(a, b, { transposeA, transposeB, plus }),
  })),
  { name: "transpose", covers: ["Transpose"], shapes: [[2, 3, 4]], build: ([x]) => transpose(x, [1, 2, 0]) },
  {
    name: "reduceSum",
    covers: ["ReduceSum", "Expand"],
    shapes: [[3, 4]],
    build: ([x]) => reduceSum(square(x), [0]),
  },
  {
    name: "reduceMean",
    covers: ["ReduceMean"],
    shapes: [[3, 4]],
    build: ([x]) => reduceMean(square(x), [1]),
  },
  { name: "reduceMax", covers: ["ReduceMax"], shapes: [[3, 7]], build: ([x]) => reduceMax(x, [1]) },
  { name: "softmax", covers: ["Softmax"], shapes: [[3, 5]], build: ([x]) => softmax(x) },
  {
    name: "gatherRows",
    covers: ["Gather"],
    shapes: [[4, 3]],
    build: ([x]) => gatherRows(x, x.graph.constant(Int32Array.of(2, 0))),
  },
  {
    name: "scatterRows",
    covers: ["ScatterND"],
    shapes: [[4, 3], [2, 3]],
    build: ([x, rows]) => scatterRows(x, x.graph.integers([3, 1]), rows),
  },
  {
    name: "concat of unequal parts",
    covers: ["Concat"],
    shapes: [[2, 3], [2, 1]],
    build: (v) => concat(v, 1),
  },
  { name: "split", covers: ["Split"], shapes: [[2, 5]], build: ([x]) => mul(...pair(split(x, 1, [4, 1]))) },
  {
    name: "split, one part unused",
    covers: ["Split"],
    shapes: [[2, 6]],
    build: ([x]) => splitEvenly(x, 1, { count: 3, extent: 2 })[1],
  },
  {
    name: "expand",
    covers: ["Expand"],
    shapes: [[1, 3], [4, 3]],
    build: ([x, like]) => mul(expandLike(x, like), like),
  },
  { name: "reshape", covers: ["Reshape"], shapes: [[2, 6]], build: ([x]) => reshape(x, [3, 4]) },
  { name: "unsqueeze", covers: ["Unsqueeze"], shapes: [[2, 3]], build: ([x]) => unsqueeze(x, [1]) },
  { name: "squeeze", covers: ["Squeeze"], shapes: [[2, 1, 3]], build: ([x]) => squeeze(x, [1]) },
  { name: "runningSum", covers: ["CumSum"], shapes: [[3, 4]], build: ([x]) => runningSum(square(x)) },
  {
    name: "runningSum backwards",
    covers: ["CumSum"],
    shapes: [[3, 4]],
    build: ([x]) => runningSum(square(x), "backwards"),
  },
  { name: "sortRows", covers: ["TopK"], shapes: [[3, 5]], build: ([x]) => sortRows(x).values },
  {
    name: "gatherColumns by an order",
    covers: ["GatherElements"],
    shapes: [[3, 5], [3, 5]],
    build: ([x, key]) => gatherColumns(square(x), sortRows(key).order),
  },
  {
    name: "scatterColumns",
    covers: ["ScatterElements"],
    shapes: [[2, 4], [2, 2]],
    build: ([x, updates]) => {
      const columns = x.graph.constant(BigInt64Array.of(3n, 0n, 1n, 2n), [2, 2]);
      return scatterColumns(square(x), columns, square(updates));
    },
  },
  { name: "identity", covers: ["Identity"], shapes: [[3]], build: ([x]) => identity(x) },
  { name: "logSumExp by hand", covers: [], shapes: [[3, 5]], build: ([x]) => logSumExp(mul(x, 20)) },
  {
    name: "logSumExp by hand, without the diagonal",
    covers: [],
    shapes: [[4, 4]],
    build: ([x]) => logSumExp(mul(x, 20), diagonalMask(x)),
  },
  {
    name: "logSumExp by hand, of one row under a mask",
    covers: [],
    shapes: [[1, 4], [4, 4]],
    build: ([x, like]) => logSumExp(mul(x, 5), diagonalMask(like)),
  },
  {
    name: "distancesFromDots by hand",
    covers: [],
    shapes: [[3, 2], [4, 2]],
    build: ([a, b]) => distancesFromDots(dotProducts(a, b), squaredLengths(a), transpose(squaredLengths(b))),
  },
  { name: "softplus", covers: [], shapes: [[7]], build: ([x]) => softplus(mul(x, 10)) },
  { name: "diagonalOf", covers: [], shapes: [[3, 3]], build: ([x]) => diagonalOf(square(x)) },
  { name: "diagonalOf a wide matrix", covers: [], shapes: [[2, 5]], build: ([x]) => diagonalOf(square(x)) },
  {
    name: "withGradientOf",
    covers: [],
    shapes: [[3, 4], [3, 4]],
    build: ([a, b]) => square(withGradientOf(diagonalOf(dotProducts(a, b)), rowDots(a, b))),
  },
  {
    name: "scaleRowsAndColumns by hand",
    covers: [],
    shapes: [[3, 4], [3, 1], [1, 4]],
    build: ([x, rows, columns]) => scaleRowsAndColumns(x, rows, columns),
    domain: positive,
  },
  {
    name: "inverseLengths of squaredLengths",
    covers: [],
    shapes: [[3, 4]],
    build: ([x]) => inverseLengths(squaredLengths(x)),
    domain: positive,
  },
  { name: "replaceDiagonal", covers: [], shapes: [[3, 3]], build: ([x]) => replaceDiagonal(x, -2) },
  { name: "rowDots", covers: [], shapes: [[3, 4], [3, 4]], build: ([a, b]) => rowDots(a, b) },
  {
    name: "a value used twice and one not at all",
    covers: [],
    shapes: [[4], [4]],
    build: ([x, y]) => add(mul(x, exp(x)), mul(y, 0)),
  },
];

function pair(values: readonly Value[]): [Value, Value] {
  return [values[0], values[1]];
}

/** Inputs `x0, x1, ...`, the output `loss` = sum of the result times fixed weights, and the gradients `d0, ...`. */
function buildCase({ shapes, build }: Case): Graph {
  const graph = new Graph("case");
  const inputs = shapes.map((shape, i) => graph.input(`x${i}`, "float32", shape));
  const result = build(inputs);
  const extents = result.shape as readonly number[];
  const size = extents.reduce((product, extent) => product * extent, 1);
  const weights = Float32Array.from({ length: size }, (_, i) => 1 + 0.25 * (i % 5));
  const loss = reduceSum(mul(result, graph.constant(weights, extents)));
  graph.output("loss", loss);
  const differentiable = inputs.filter((value) => dependsOn(loss, value));
  gradients(loss, differentiable).forEach((gradient, i) =>
    graph.output(`d${inputs.indexOf(differentiable[i])}`, gradient)
  );
  return graph;
}

/** Whether reverse mode finds a path (a condition of `where` has none). */
function dependsOn(loss: Value, value: Value): boolean {
  try {
    gradients(loss, [value]);
    return true;
  } catch (error) {
    assert.match((error as Error).message, /does not depend/);
    return false;
  }
}

for (const testCase of CASES) {
  Deno.test(`gradient of ${testCase.name} agrees with finite differences`, async () => {
    const random = testRandom(7);
    const domain = testCase.domain ?? ((x) => x);
    const inputs: Record<string, { data: Float32Array; shape: readonly number[] }> = {};
    testCase.shapes.forEach((shape, i) => {
      const size = shape.reduce((product, extent) => product * extent, 1);
      inputs[`x${i}`] = { data: Float32Array.from({ length: size }, () => domain(2 * random() - 1)), shape };
    });
    const graph = loadGraph(buildCase(testCase));
    try {
      const found = await graph.run(inputs);
      const names = Object.keys(found).filter((name) => name !== "loss");
      assert.ok(names.length > 0);
      for (const name of names) {
        const expected = await finiteDifferences(graph.run, inputs, `x${name.slice(1)}`);
        // Central differences in float32 with step 2e-3 lose about 1e-7 / 2e-3 of the loss, and their own error is
        // of the order of the square of the step: 2e-3 relative holds for all cases and no wrong rule.
        const error = relativeError(found[name], expected);
        assert.ok(error < 4e-3, `${name}: relative error ${error}: ${found[name]} instead of ${expected}`);
      }
    } finally {
      graph.release();
    }
  });
}

async function finiteDifferences(
  run: (inputs: TestInputs) => Promise<Record<string, number[]>>,
  inputs: TestInputs,
  name: string,
): Promise<number[]> {
  const STEP = 2e-3;
  const { data, shape } = inputs[name];
  const lossAt = async (index: number, shift: number): Promise<number> => {
    const moved = Float32Array.from(data as Float32Array);
    moved[index] += shift;
    return (await run({ ...inputs, [name]: { data: moved, shape } })).loss[0];
  };
  const result: number[] = [];
  for (let i = 0; i < data.length; i++) {
    result.push((await lossAt(i, STEP) - await lossAt(i, -STEP)) / (2 * STEP));
  }
  return result;
}

Deno.test("every differentiable operator is covered by a finite-difference case", () => {
  const covered = new Set(CASES.flatMap((testCase) => testCase.covers));
  const rules = Object.entries(RULES).filter(([, rule]) => rule !== NO_GRADIENT).map(([name]) => name);
  assert.deepEqual(rules.filter((name) => !covered.has(name as OperatorName)), []);
  for (const testCase of CASES) {
    const found = listOperators(buildCase(testCase));
    assert.deepEqual(testCase.covers.filter((name) => !found.includes(name)), [], testCase.name);
  }
});

Deno.test("a zero row has cosines 0 and gradients that are finite", async () => {
  const graph = new Graph("zero");
  const x = graph.input("x", "float32", [2, 2]);
  const inverse = inverseLengths(squaredLengths(x));
  const cosines = scaleRowsAndColumns(dotProducts(x, x), inverse, transpose(inverse));
  graph.output("cosines", cosines);
  graph.output("gradient", gradients(reduceSum(mul(cosines, 3)), [x])[0]);
  const loaded = loadGraph(graph);
  const found = await loaded.run({ x: { data: Float32Array.of(0, 0, 3, 4), shape: [2, 2] } });
  loaded.release();
  // 1 - 1e-6: the inverse square root rounds in float32.
  found.cosines.forEach((cosine, i) => assert.ok(Math.abs(cosine - (i === 3 ? 1 : 0)) < 1e-6));
  found.gradient.forEach((slope) => assert.ok(Math.abs(slope) < 1e-6));
});

Deno.test("scaleWithoutGradient multiplies, and passes the gradient on as if it did not", async () => {
  const graph = new Graph("constant");
  const x = graph.input("x", "float32", [2]);
  const scaled = scaleWithoutGradient(x, graph.constant(Float32Array.of(3, 5)));
  graph.output("scaled", scaled);
  graph.output("gradient", gradients(reduceSum(mul(scaled, 2)), [x])[0]);
  const loaded = loadGraph(graph);
  const found = await loaded.run({ x: { data: Float32Array.of(1, 2), shape: [2] } });
  loaded.release();
  assert.deepEqual(found, { scaled: [3, 10], gradient: [2, 2] });
});

Deno.test("distances of equal rows have no gradient", async () => {
  const graph = new Graph("equal");
  const x = graph.input("x", "float32", [2, 2]);
  const squares = squaredLengths(x);
  const distances = distancesFromDots(dotProducts(x, x), squares, transpose(squares));
  graph.output("distances", distances);
  graph.output("gradient", gradients(reduceSum(distances), [x])[0]);
  const loaded = loadGraph(graph);
  const found = await loaded.run({ x: { data: Float32Array.of(3, 4, 3, 4), shape: [2, 2] } });
  loaded.release();
  found.distances.forEach((distance) => assert.ok(distance < 1e-6)); // whole numbers: exact but for the floor 1e-12
  assert.deepEqual(found.gradient.map(Math.abs), [0, 0, 0, 0]);
});

Deno.test("an operation on the same operands is not repeated", () => {
  const graph = new Graph("repeat");
  const x = graph.input("x", "float32", ["n", 4]);
  assert.equal(mul(x, x), square(x));
  assert.equal(graph.nodes.length, 1);
});

Deno.test("gradients refuses a loss that is no scalar or does not depend on the value", () => {
  const graph = new Graph("refused");
  const x = graph.input("x", "float32", [3]);
  const y = graph.input("y", "float32", [3]);
  assert.throws(() => gradients(x, [x]), {
    name: "TypeError",
    message: /shape \[3\].*reduce it to a scalar/,
  });
  assert.throws(() => gradients(reduceSum(x), [y]), { name: "TypeError", message: /does not depend on y/ });
});
