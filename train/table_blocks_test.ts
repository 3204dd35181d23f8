import assert from "node:assert/strict";
import { Graph, listOperators } from "../graph/mod.ts";
import { BINDING_BYTES, cutColumns, joinColumns, tableBlocks } from "./table_blocks.ts";

Deno.test("tableBlocks keeps a table whole that fits, and cuts others into alike blocks of whole vectors", () => {
  assert.deepEqual(tableBlocks(30_522, 1024, BINDING_BYTES), [1024], "125 MB");
  assert.deepEqual(tableBlocks(105_879, 1024, BINDING_BYTES), [256, 256, 256, 256], "434 MB");
  assert.deepEqual(tableBlocks(100, 10, 4 * 100 * 9), [8, 2]);
  assert.deepEqual(tableBlocks(100, 10, Infinity), [10]);
});

Deno.test("tableBlocks gives blocks that are no larger than the limit and add up to the table", () => {
  for (const [vocab, dim, limit] of [[250_002, 1024, BINDING_BYTES], [60, 67, 2000], [7, 1000, 4 * 7 * 4]]) {
    const blocks = tableBlocks(vocab, dim, limit);
    assert.equal(blocks.reduce((sum, width) => sum + width), dim);
    for (const width of blocks) assert.ok(width > 0 && 4 * vocab * width <= limit);
    for (const width of blocks.slice(0, -1)) assert.equal(width % 4, 0);
  }
});

Deno.test("tableBlocks refuses a table of which not even four columns fit", () => {
  assert.throws(() => tableBlocks(1000, 8, 15_999), {
    name: "RangeError",
    message: /^Cannot cut a table of 1000 rows into blocks of 15999 bytes: .*; use a smaller vocabulary$/,
  });
});

Deno.test("joinColumns and cutColumns use no operator with more than eight buffers", () => {
  const graph = new Graph("blocks");
  const widths = new Array<number>(20).fill(4);
  const parts = widths.map((width, i) => graph.input(`block_${i}`, "float32", ["rows", width]));
  const joined = joinColumns(parts);
  assert.deepEqual(joined.shape, ["rows", 80]);
  cutColumns(joined, widths).forEach((part, i) => {
    assert.deepEqual(part.shape, ["rows", 4]);
    graph.output(`part_${i}`, part);
  });
  assert.deepEqual(listOperators(graph), ["Concat", "Split"]);
  for (const { inputs, outputs } of graph.nodes) assert.ok(inputs.length + outputs.length <= 1 + 8 + 1);
});
