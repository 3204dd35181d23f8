/** Every operator by value, through the real runtime, on numbers that can be followed by hand. */
import assert from "node:assert/strict";
import * as g from "../graph/mod.ts";
import { loadGraph, type TestInput } from "./_run_graph.ts";

interface Case {
  /** What is computed from the inputs. */
  build: (...inputs: g.Value[]) => g.Value;
  /** Float inputs: elements and shape. */
  inputs: readonly (readonly [readonly number[], readonly number[]])[];
  /** Elements of the result. */
  expected: readonly number[];
}

const ROW = [[1, -2, 4], [3]] as const;
const OTHER = [[2, -2, 8], [3]] as const;
const MATRIX = [[1, 2, 3, 4, 5, 6], [2, 3]] as const;
const E = Math.exp;

const CASES: Record<string, Case> = {
  abs: { build: g.abs, inputs: [ROW], expected: [1, 2, 4] },
  add: { build: g.add, inputs: [ROW, OTHER], expected: [3, -4, 12] },
  "add a number": { build: (x) => g.add(x, 0.5), inputs: [ROW], expected: [1.5, -1.5, 4.5] },
  sub: { build: g.sub, inputs: [ROW, OTHER], expected: [-1, 0, -4] },
  mul: { build: g.mul, inputs: [ROW, OTHER], expected: [2, 4, 32] },
  div: { build: g.div, inputs: [ROW, OTHER], expected: [0.5, 1, 0.5] },
  neg: { build: g.neg, inputs: [ROW], expected: [-1, 2, -4] },
  exp: { build: g.exp, inputs: [ROW], expected: [E(1), E(-2), E(4)] },
  log: { build: g.log, inputs: [[[1, Math.E], [2]]], expected: [0, 1] },
  sqrt: { build: g.sqrt, inputs: [[[4, 9], [2]]], expected: [2, 3] },
  relu: { build: g.relu, inputs: [ROW], expected: [1, 0, 4] },
  maximum: { build: g.maximum, inputs: [ROW, OTHER], expected: [2, -2, 8] },
  minimum: { build: g.minimum, inputs: [ROW, OTHER], expected: [1, -2, 4] },
  "where, greater": {
    build: (a, b) => g.where(g.greater(a, 0), a, b),
    inputs: [ROW, [[7, 8, 9], [3]]],
    expected: [1, 8, 4],
  },
  "comparisons and logic": {
    build: (a, b) => {
      const both = g.and(g.greaterOrEqual(a, b), g.not(g.less(a, 0)));
      return g.cast(g.not(g.and(g.not(both), g.not(g.equal(a, b)))), "float32");
    },
    inputs: [[[1, -2, 4], [3]], [[1, -2, 8], [3]]],
    expected: [1, 1, 0],
  },
  gemm: { build: (a) => g.gemm(a, a, { transposeB: true }), inputs: [MATRIX], expected: [14, 32, 32, 77] },
  "gemm with addend": {
    build: (a, c) => g.gemm(a, a, { transposeA: true, plus: c }),
    inputs: [[[1, 2], [1, 2]], [[10, 20, 30, 40], [2, 2]]],
    expected: [11, 22, 32, 44],
  },
  transpose: { build: (x) => g.transpose(x), inputs: [MATRIX], expected: [1, 4, 2, 5, 3, 6] },
  reduceSum: { build: (x) => g.reduceSum(x, [0]), inputs: [MATRIX], expected: [5, 7, 9] },
  reduceMean: { build: (x) => g.reduceMean(x, [1]), inputs: [MATRIX], expected: [2, 5] },
  reduceMax: { build: (x) => g.reduceMax(x, [1]), inputs: [MATRIX], expected: [3, 6] },
  softmax: { build: g.softmax, inputs: [[[0, Math.log(3)], [1, 2]]], expected: [0.25, 0.75] },
  gatherRows: {
    build: (x) => g.gatherRows(x, x.graph.constant(Int32Array.of(1, 0, 1))),
    inputs: [MATRIX],
    expected: [4, 5, 6, 1, 2, 3, 4, 5, 6],
  },
  scatterRows: {
    build: (x, rows) => g.scatterRows(x, x.graph.integers([1]), rows),
    inputs: [MATRIX, [[7, 8, 9], [1, 3]]],
    expected: [1, 2, 3, 7, 8, 9],
  },
  concat: { build: (a, b) => g.concat([a, b], 0), inputs: [ROW, OTHER], expected: [1, -2, 4, 2, -2, 8] },
  split: { build: (x) => g.split(x, 1, [2, 1])[1], inputs: [MATRIX], expected: [3, 6] },
  splitEvenly: {
    build: (x) => g.splitEvenly(x, 1, { count: 3, extent: 1 })[1],
    inputs: [MATRIX],
    expected: [2, 5],
  },
  splitRows: {
    build: (x) => g.splitRows(x, x.graph.integers([1, 2]), [1, 2])[1],
    inputs: [[[1, 2, 3], [3]]],
    expected: [2, 3],
  },
  reshape: {
    build: (x) => g.reduceSum(g.reshape(x, [3, 2]), [1]),
    inputs: [MATRIX],
    expected: [3, 7, 11],
  },
  "unsqueeze, squeeze, expand": {
    build: (x, like) => g.expandLike(g.squeeze(g.unsqueeze(x, [0, 1]), [0]), like),
    inputs: [ROW, MATRIX],
    expected: [1, -2, 4, 1, -2, 4],
  },
  "shape and numbers": {
    build: (x) => g.cast(g.concat([g.shapeOf(x), g.numbersAlong(x, 1)], 0), "float32"),
    inputs: [MATRIX],
    expected: [2, 3, 0, 1, 2],
  },
  identity: { build: g.identity, inputs: [ROW], expected: [1, -2, 4] },
  logSumExp: { build: (x) => g.logSumExp(x), inputs: [[[0, Math.log(3)], [1, 2]]], expected: [Math.log(4)] },
  "logSumExp of large numbers": {
    build: (x) => g.logSumExp(x),
    inputs: [[[500, 500], [1, 2]]],
    expected: [500 + Math.log(2)],
  },
  scaleRowsAndColumns: {
    build: g.scaleRowsAndColumns,
    inputs: [[[1, 1, 1, 1], [2, 2]], [[2, 3], [2, 1]], [[5, 7], [1, 2]]],
    expected: [10, 14, 15, 21],
  },
  diagonalOf: { build: (x) => g.diagonalOf(x), inputs: [MATRIX], expected: [1, 5] },
  "diagonalOf from row 1": {
    build: (x) => g.diagonalOf(x, x.graph.constant(BigInt64Array.of(1n), [])),
    inputs: [MATRIX],
    expected: [2, 6],
  },
  replaceDiagonal: { build: (x) => g.replaceDiagonal(x, 0), inputs: [MATRIX], expected: [0, 2, 3, 4, 0, 6] },
  "inverseLengths, of a zero row too": {
    build: g.inverseLengths,
    inputs: [[[4, 0], [2, 1]]],
    expected: [0.5, 0],
  },
  rowDots: { build: g.rowDots, inputs: [MATRIX, MATRIX], expected: [14, 77] },
  "sorted rows and back": {
    build: (x) => {
      const { values, order } = g.sortRows(x);
      return g.concat([values, g.scatterColumns(x, order, values)], 0);
    },
    inputs: [[[3, 1, 2], [1, 3]]],
    expected: [1, 2, 3, 3, 1, 2],
  },
  gatherColumns: {
    build: (x) => g.gatherColumns(x, x.graph.constant(BigInt64Array.of(2n, 0n), [2, 1])),
    inputs: [MATRIX],
    expected: [3, 4],
  },
  "running sum": { build: (x) => g.runningSum(x), inputs: [MATRIX], expected: [1, 3, 6, 4, 9, 15] },
};

const covered = new Set<string>();

for (const [name, { build, inputs, expected }] of Object.entries(CASES)) {
  Deno.test(`${name} gives what one works out by hand`, async () => {
    const graph = new g.Graph("values");
    const values = inputs.map(([, shape], i) => graph.input(`x${i}`, "float32", shape));
    graph.output("result", build(...values));
    g.listOperators(graph).forEach((operator) => covered.add(operator));
    const loaded = loadGraph(graph);
    const given: Record<string, TestInput> = Object.fromEntries(
      inputs.map(([data, shape], i) => [`x${i}`, { data: Float32Array.from(data), shape }]),
    );
    const { result } = await loaded.run(given);
    loaded.release();
    assert.equal(result.length, expected.length);
    // One operation in float32 on numbers of this size.
    result.forEach((x, i) =>
      assert.ok(Math.abs(x - expected[i]) <= 1e-5 * Math.max(1, Math.abs(expected[i])), `${result}`)
    );
  });
}

Deno.test("every operator that Lathe emits has a value test", () => {
  assert.deepEqual(g.OPERATOR_NAMES.filter((name) => !covered.has(name)), []);
});
