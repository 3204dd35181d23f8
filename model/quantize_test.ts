import assert from "node:assert/strict";
import { matrixFromRows } from "./matrix.ts";
import { calibrationRanges, quantizedValues, quantizeVectors, vectorBytes } from "./quantize.ts";

Deno.test("calibrationRanges: the smallest and largest of every column, widened by more vectors", () => {
  const first = calibrationRanges(matrixFromRows([[1, -2], [3, 0]]));
  assert.deepEqual([[...first.low], [...first.high]], [[1, -2], [3, 0]]);
  const wider = calibrationRanges(matrixFromRows([[2, 5]]), first);
  assert.deepEqual([[...wider.low], [...wider.high]], [[1, -2], [3, 5]]);
  assert.deepEqual([...first.high], [3, 0]);
});

Deno.test("quantizeVectors: outside the range the nearest code, in an empty range the middle one", () => {
  const ranges = calibrationRanges(matrixFromRows([[0, 7], [255, 7]]));
  const outside = matrixFromRows([[-9, 7], [0, 7], [254.9, 7], [255, 8], [999, 7]]);
  assert.deepEqual([...quantizeVectors(outside, "uint8", ranges)], [
    0,
    128,
    0,
    128,
    254,
    128,
    255,
    128,
    255,
    128,
  ]);
  assert.deepEqual([...quantizeVectors(outside, "int8", ranges)].slice(-4), [127, 0, 127, 0]);
});

Deno.test("quantizeVectors: bits of every row on their own, the last byte filled with zeros", () => {
  const matrix = matrixFromRows([[1, -1, 0, 1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 0, 0, 1]]);
  assert.deepEqual([...quantizeVectors(matrix, "ubinary")], [0b10011111, 0b10000000, 0, 0b10000000]);
  assert.deepEqual([...quantizeVectors(matrix, "binary")], [31, 0, -128, 0]);
});

Deno.test("quantizedValues: the middle of every code's range, 1 and -1 for bits, whatever the other columns", () => {
  const matrix = matrixFromRows([[0, 10], [1, -10], [0.3, 5]]);
  const int8 = quantizedValues(matrix, "int8");
  int8.data.forEach((value, i) => {
    const step = [1, 20][i % 2] / 255;
    assert.ok(Math.abs(value - matrix.data[i]) <= step / 2 + 1e-6, `${value} for ${matrix.data[i]}`);
  });
  assert.deepEqual([...quantizedValues(matrix, "binary").data], [-1, 1, 1, -1, 1, 1]);
  const cut = matrixFromRows([[0], [1], [0.3]]);
  assert.deepEqual([...quantizedValues(cut, "int8").data], [0, 2, 4].map((i) => int8.data[i]));
});

Deno.test("vectorBytes: four bytes, one byte, one bit a number", () => {
  const precisions = ["float32", "int8", "binary"] as const;
  assert.deepEqual(precisions.map((precision) => vectorBytes(precision, 1001)), [4004, 1001, 126]);
});
