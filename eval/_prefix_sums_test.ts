import assert from "node:assert/strict";
import { randomMatrix } from "./_lcg.ts";
import { prefixDotProducts, prefixNorms } from "./_prefix_sums.ts";

Deno.test("prefixDotProducts: every size of every pair, for all remainders of the tiles", () => {
  const sizes = [1, 3, 7];
  const a = randomMatrix(9, 7, 1);
  const b = randomMatrix(12, 7, 2);
  for (let aRows = 1; aRows <= 5; aRows++) {
    for (let bRows = 1; bRows <= 9; bRows++) {
      const out = new Float64Array(sizes.length * aRows * bRows + 1).fill(NaN);
      const left = { matrix: a, start: 3, end: 3 + aRows };
      prefixDotProducts(left, { matrix: b, start: 2, end: 2 + bRows }, { sizes, out });
      sizes.forEach((size, s) => {
        for (let i = 0; i < aRows; i++) {
          for (let j = 0; j < bRows; j++) {
            let sum = 0;
            for (let c = 0; c < size; c++) sum += a.data[(3 + i) * 7 + c] * b.data[(2 + j) * 7 + c];
            // Exact: the same float64 sums in the same order.
            assert.equal(out[(s * aRows + i) * bRows + j], sum);
          }
        }
      });
      assert.ok(Number.isNaN(out.at(-1)));
    }
  }
});

Deno.test("prefixNorms: the length of every prefix; a number that is not finite is refused by row", () => {
  const matrix = { data: Float32Array.of(3, 4, 0, 0, 5, 12), rows: 2, columns: 3 };
  assert.deepEqual([...prefixNorms({ matrix, start: 0, end: 2 }, [1, 2, 3], "x")], [3, 0, 5, 5, 5, 13]);
  matrix.data[4] = NaN;
  const range = { matrix, start: 0, end: 2, offset: 100 };
  assert.throws(
    () => prefixNorms(range, [3], "document"),
    /the vector of document 101 holds a number that is not finite/,
  );
  assert.doesNotThrow(() => prefixNorms(range, [1], "document"));
});
