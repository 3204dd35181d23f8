import assert from "node:assert/strict";
import { poolMean } from "./_pool.ts";

/** A fixed sequence of numbers between -1 and 1 that are not exact in float32 sums. */
function numbers(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9898));
}

Deno.test("poolMean: float32 sums in the order of the tokens, for every count of tokens up to nine", () => {
  const dim = 5;
  const table = numbers(11 * dim);
  const lengths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const rows = Int32Array.from({ length: 45 }, (_, i) => (i * 7) % 11);
  const offsets = Int32Array.from([
    0,
    ...lengths.map((_, i) => lengths.slice(0, i + 1).reduce((a, b) => a + b)),
  ]);
  const out = new Float32Array(lengths.length * dim).fill(NaN);
  poolMean({ rows, offsets }, { table, dim, columns: dim, out });
  lengths.forEach((length, text) => {
    for (let column = 0; column < dim; column++) {
      let sum = 0;
      for (const row of rows.subarray(offsets[text], offsets[text + 1])) {
        sum = Math.fround(sum + table[row * dim + column]);
      }
      // Exact: torch's EmbeddingBag adds in this order too, and golden/encode.json is met to the bit.
      assert.equal(out[text * dim + column], Math.fround(sum / Math.max(length, 1)));
    }
  });
});

Deno.test("poolMean reads and writes only the first columns", () => {
  const table = Float32Array.of(1, 2, NaN, 3, 4, NaN);
  const out = new Float32Array(2);
  poolMean({ rows: Int32Array.of(0, 1), offsets: Int32Array.of(0, 2) }, { table, dim: 3, columns: 2, out });
  assert.deepEqual(out, Float32Array.of(2, 3));
});

Deno.test("poolMean: weights are factors of the rows, the count stays the number of tokens", () => {
  const bags = {
    rows: Int32Array.of(0, 1),
    offsets: Int32Array.of(0, 2, 2),
    weights: Float64Array.of(0.5, 2),
  };
  const out = new Float32Array(4).fill(NaN);
  poolMean(bags, { table: Float32Array.of(2, 4, 10, 20), dim: 2, columns: 2, out });
  assert.deepEqual(out, Float32Array.of(10.5, 21, 0, 0));
});
