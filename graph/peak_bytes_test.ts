import assert from "node:assert/strict";
import { add, concat, exp, gatherRows, gemm, identity, mul, reduceSum, reshape } from "./ops.ts";
import { Graph } from "./graph.ts";
import { peakBytes } from "./peak_bytes.ts";
import { graphTraffic } from "./traffic.ts";

Deno.test("peakBytes counts what is there at once: a result from its operation to its last use, outputs to the end", () => {
  const graph = new Graph("chain");
  const x = graph.input("x", "float32", ["n", 4]);
  const a = add(x, 1); // 16 n bytes
  const b = exp(a); // 16 n: a and b
  const c = gemm(b, x, { transposeB: true }); // 4 n^2: b and c, a is gone
  graph.output("sum", reduceSum(mul(c, c))); // 4 n^2 twice
  assert.deepEqual(peakBytes(graph, { n: 10 }), { peak: 800, largest: 400 });
  assert.deepEqual(peakBytes(graph, { n: 1 }), { peak: 32, largest: 16 });
});

Deno.test("peakBytes takes no memory for another shape or name, and adds up named extents", () => {
  const graph = new Graph("views");
  const [x, y] = ["x", "y"].map((name) => graph.input(name, "float32", [`${name}_rows`, 2]));
  const both = concat([add(x, 1), add(y, 1)], 0);
  assert.equal(both.shape[0], "x_rows+y_rows");
  graph.output("flat", identity(reshape(both, [-1], ["all"])));
  // 8 bytes a row: the parts and the whole at once.
  assert.equal(peakBytes(graph, { x_rows: 3, y_rows: 5 }).peak, 2 * 8 * 8);
});

Deno.test("peakBytes leaves out operations that no output depends on", () => {
  const graph = new Graph("unused");
  const x = graph.input("x", "float32", [100]);
  exp(x);
  graph.output("y", reduceSum(x));
  assert.equal(peakBytes(graph, {}).peak, 4);
});

Deno.test("graphTraffic counts bytes read and written, of a table only the gathered rows, and products", () => {
  const graph = new Graph("traffic");
  const table = graph.input("table", "float32", ["vocab", 8]);
  const rows = gatherRows(table, graph.input("ids", "int32", ["used"]));
  graph.output("products", gemm(rows, rows, { transposeB: true }));
  const traffic = graphTraffic(graph, { vocab: 1e6, used: 3 });
  assert.deepEqual(traffic.Gather, { count: 1, bytes: 96 + 12 + 96, operations: 0 });
  assert.deepEqual(traffic.Gemm, { count: 1, bytes: 96 + 96 + 36, operations: 2 * 3 * 3 * 8 });
});
