import assert from "node:assert/strict";
import { matrixFromRows, normalizeRows, rowOf } from "./matrix.ts";

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
