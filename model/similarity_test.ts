import assert from "node:assert/strict";
import { matrixFromRows } from "./matrix.ts";
import { similarity } from "./similarity.ts";

const a = matrixFromRows([[3, 4], [0, 0]]);
const b = matrixFromRows([[4, 3], [-3, -4], [0, 1]]);

Deno.test("similarity compares all pairs by every measure", () => {
  assert.deepEqual(similarity(a, b, "dot").data, Float32Array.of(24, -25, 4, 0, 0, 0));
  assert.deepEqual(similarity(a, b).data, Float32Array.of(0.96, -1, 0.8, 0, 0, 0));
  assert.deepEqual(
    similarity(a, b, "euclidean").data,
    Float32Array.of(-Math.SQRT2, -10, -Math.sqrt(18), -5, -5, -1),
  );
  assert.deepEqual(similarity(a, b, "manhattan").data, Float32Array.of(-2, -14, -6, -7, -7, -1));
});

Deno.test("similarity refuses vectors of different size and unknown measures", () => {
  assert.throws(() => similarity(a, matrixFromRows([[1]])), /they have 2 and 1 columns/);
  assert.throws(
    () => similarity(a, b, "hamming" as "dot"),
    /'hamming' is no similarity; choose one of cosine/,
  );
});
