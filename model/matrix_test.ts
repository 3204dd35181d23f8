import assert from "node:assert/strict";
import { matrixFromRows, normalizeRows, rowOf, takeRows } from "./matrix.ts";

Deno.test("matrixFromRows lays rows one after the other", () => {
  const matrix = matrixFromRows([[1, 2, 3], [4, 5, 6]]);
  assert.deepEqual(matrix, { data: Float32Array.of(1, 2, 3, 4, 5, 6), rows: 2, columns: 3 });
  assert.deepEqual(rowOf(matrix, 1), Float32Array.of(4, 5, 6));
});

Deno.test("matrixFromRows refuses rows of different length", () => {
  assert.throws(() => matrixFromRows([[1], [1, 2]]), /row 1 has 2 numbers and row 0 has 1/);
});

Deno.test("normalizeRows gives length 1 and leaves zero vectors zero", () => {
  const { data } = normalizeRows(matrixFromRows([[3, 4], [0, 0]]));
  assert.deepEqual(data, Float32Array.of(0.6, 0.8, 0, 0));
});

Deno.test("takeRows gives copies of rows in the order asked for, as often as asked for", () => {
  const matrix = matrixFromRows([[1, 2], [3, 4], [5, 6]]);
  const taken = takeRows(matrix, [2, 0, 2]);
  assert.deepEqual(taken, matrixFromRows([[5, 6], [1, 2], [5, 6]]));
  taken.data.fill(0);
  assert.deepEqual([...matrix.data], [1, 2, 3, 4, 5, 6]);
  assert.equal(takeRows(matrix, []).columns, 2);
});
