import assert from "node:assert/strict";
import { type Pooling, poolTokens } from "./pooling.ts";

/** Two texts of three tokens in two dimensions; the second one's last token is padding. */
const VECTORS = { data: Float32Array.of(1, 8, 2, 4, 6, 0, 3, -2, 5, 4, 99, 99), dim: 2, length: 3 };

function pool(text: number, pooling: Pooling, start: number, end: number): number[] {
  const out = new Float32Array(2);
  poolTokens(VECTORS, text, { pooling, span: { start, end }, out });
  return [...out];
}

Deno.test("poolTokens() pools the tokens that count and no padding", () => {
  assert.deepEqual(pool(0, "mean", 0, 3), [3, 4]);
  assert.deepEqual(pool(1, "mean", 0, 2), [4, 1]);
  assert.deepEqual(pool(0, "first", 0, 3), [1, 8]);
  assert.deepEqual(pool(1, "last", 0, 2), [5, 4]);
  assert.deepEqual(pool(1, "max", 0, 2), [5, 4]);
  assert.deepEqual(pool(0, "max", 0, 3), [6, 8]);
  assert.deepEqual(pool(1, "meanSqrtLength", 0, 2), [8, 2].map((sum) => Math.fround(sum / Math.SQRT2)));
  // Weights 1, 2, 3: (1 + 4 + 18) / 6 and (8 + 8 + 0) / 6.
  assert.deepEqual(pool(0, "weightedMean", 0, 3), [23 / 6, 16 / 6].map(Math.fround));
});

Deno.test("poolTokens() leaves a prompt out, and gives zeros where nothing counts", () => {
  assert.deepEqual(pool(0, "mean", 1, 3), [4, 2]);
  assert.deepEqual(pool(0, "first", 1, 3), [2, 4]);
  assert.deepEqual(pool(0, "mean", 3, 3), [0, 0]);
});
