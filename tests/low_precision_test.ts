/** Products in 16-bit floats by value: nothing overflows, small gradients stay. */
import assert from "node:assert/strict";
import {
  dotProducts,
  gradients,
  Graph,
  listOperators,
  mul,
  type ProductType,
  reduceSum,
} from "../graph/mod.ts";
import { interpretGraph, type Numbers } from "./_interpret_graph.ts";
import { loadGraph, relativeError, type TestInputs, testRandom } from "./_run_graph.ts";

const [ROWS, COLUMNS, INNER] = [5, 7, 33];

/** sum(w (a b^T + plus)) with gradients; w makes the gradient of the product what it is. */
function build(products: ProductType): Graph {
  const graph = new Graph("products", { products });
  const a = graph.input("a", "float32", [ROWS, INNER]);
  const b = graph.input("b", "float32", [COLUMNS, INNER]);
  const [plus, w] = ["plus", "w"].map((name) => graph.input(name, "float32", [ROWS, COLUMNS]));
  const result = dotProducts(a, b, plus);
  graph.output("result", result);
  const found = gradients(reduceSum(mul(result, w)), [a, b, plus]);
  ["da", "db", "dplus"].forEach((name, i) => graph.output(name, found[i]));
  return graph;
}

function run(products: ProductType, scales: { a: number; w: number }): Record<string, number[]> {
  const random = testRandom(3);
  const numbers = (shape: number[], scale: number): Numbers => ({
    data: Array.from({ length: shape[0] * shape[1] }, () => Math.fround(scale * (2 * random() - 1))),
    shape,
  });
  return interpretGraph(build(products), {
    a: numbers([ROWS, INNER], scales.a),
    b: numbers([COLUMNS, INNER], 1),
    plus: numbers([ROWS, COLUMNS], scales.a),
    w: numbers([ROWS, COLUMNS], scales.w),
  });
}

const SCALES = {
  "of ordinary size": { a: 1, w: 1 },
  "beyond float16's 65,504": { a: 1e6, w: 1 },
  "with gradients below float16's 6e-8": { a: 1, w: 1e-9 },
  "of zeros": { a: 0, w: 0 },
};

/** Largest difference relative to the largest number; 0 where all are 0. */
function difference(found: readonly number[], expected: readonly number[]): number {
  const scale = Math.max(...expected.map(Math.abs)) || 1;
  return Math.max(...found.map((x, i) => Math.abs(x - expected[i]))) / scale;
}

for (const [name, scales] of Object.entries(SCALES)) {
  Deno.test(`products in float16 of numbers ${name} are those of float32 but for rounding, and so are gradients`, () => {
    const [found, expected] = [run("float16", scales), run("float32", scales)];
    for (const output of Object.keys(expected)) {
      // 11 bits: up to 5e-4 for each of two factors and their product, most of which cancel in a sum.
      assert.ok(difference(found[output], expected[output]) < 1.5e-3, output);
    }
    const rounded = difference(found.result, expected.result);
    assert.ok(scales.a === 0 || rounded > 1e-5, "it does round");
  });
}

Deno.test("the runtime's results of a graph with products in float16 are those of float32: the CPU has no others", async () => {
  const random = testRandom(4);
  const data = Float32Array.from({ length: ROWS * INNER }, () => random());
  const inputs: TestInputs = {
    a: { data, shape: [ROWS, INNER] },
    b: { data: Float32Array.from({ length: COLUMNS * INNER }, () => random()), shape: [COLUMNS, INNER] },
    plus: { data: data.slice(0, ROWS * COLUMNS), shape: [ROWS, COLUMNS] },
    w: { data: data.slice(0, ROWS * COLUMNS), shape: [ROWS, COLUMNS] },
  };
  const outputs = await Promise.all((["float16", "float32"] as const).map(async (products) => {
    const model = loadGraph(build(products));
    const result = await model.run(inputs);
    model.release();
    return result;
  }));
  for (const name of Object.keys(outputs[0])) {
    assert.ok(relativeError(outputs[0][name], outputs[1][name]) < 1e-5, name);
  }
});

Deno.test("products in bfloat16 need no scaling: only casts stand around them", () => {
  const graph = build("bfloat16");
  assert.deepEqual(listOperators(graph).filter((name) => ["Abs", "Div", "ReduceMax"].includes(name)), []);
  for (const { op, inputs, outputs } of graph.nodes) {
    if (op !== "Gemm") continue;
    assert.deepEqual([...inputs, ...outputs].map(({ type }) => type), new Array(3).fill("bfloat16"));
  }
});
