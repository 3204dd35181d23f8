import { deepStrictEqual } from "node:assert/strict";
import { BatchMemory, collateBatch } from "./mod.ts";

const DATASET = {
  columns: [
    { ids: Int32Array.of(1, 2, 3, 4, 5, 6), offsets: Int32Array.of(0, 1, 3, 6) },
    { ids: Int32Array.of(7, 8, 9), offsets: Int32Array.of(0, 2, 2, 3) },
  ],
  labels: Float32Array.of(0.5, 0, 1),
};

Deno.test("collateBatch() gathers the rows of every column in the batch's order", () => {
  deepStrictEqual(collateBatch(DATASET, Uint32Array.of(2, 0, 1)), {
    columns: [
      { ids: Int32Array.of(4, 5, 6, 1, 2, 3), offsets: Int32Array.of(0, 3, 4, 6) },
      { ids: Int32Array.of(9, 7, 8), offsets: Int32Array.of(0, 1, 3, 3) },
    ],
    labels: Float32Array.of(1, 0.5, 0),
  });
  const { columns } = DATASET;
  deepStrictEqual(Object.keys(collateBatch({ columns }, Uint32Array.of(1))), ["columns"]);
});

Deno.test("collateBatch() gives the same into memory that is used again", () => {
  const out = new BatchMemory();
  for (const rows of [[0, 1, 2], [1], [2, 2, 2, 0, 1, 0], []]) {
    deepStrictEqual(
      collateBatch(DATASET, Uint32Array.from(rows), out),
      collateBatch(DATASET, Uint32Array.from(rows)),
    );
  }
});
