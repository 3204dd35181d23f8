import assert from "node:assert/strict";
import { assertNear, drawFloats, generator, sharedIntegers } from "./_test_arrays.ts";
import { Kernels } from "./mod.ts";

/** Rows that fill groups of 16 and tiles of 2 x 4, and rows that do not. */
const SHAPES: readonly [number, number][] = [[1, 1], [2, 4], [3, 18], [5, 33]];

/**
 * A sum of n products of numbers up to 1, 32 of them at a time in float32: at most 11 roundings of 6e-8 of each term,
 * hence 11 * 6e-8 * 135 = 9e-5; typically a hundredth of that.
 */
const TOLERANCE = 9e-5;

for (const [aRows, bRows] of SHAPES) {
  Deno.test(`Kernels.prefixProducts of ${aRows} x ${bRows} rows, at sizes of every remainder`, async () => {
    using kernels = await Kernels.start({ threads: 2 });
    const { memory } = kernels;
    const columns = 135;
    const random = generator(aRows);
    const [a, b] = [aRows, bRows].map((rows) => drawFloats(memory, rows * columns, () => 2 * random() - 1));
    const sizes = sharedIntegers(memory, [1, 4, 31, 32, 38, 64, 131, 135]);
    const out = memory.float64(sizes.length * aRows * bRows + 1).fill(NaN);
    kernels.prefixProducts({ a, aRows, b, bRows, columns, sizes, out });
    const expected = [...sizes].flatMap((size) =>
      Array.from({ length: aRows * bRows }, (_, at) => {
        const [i, j] = [Math.floor(at / bRows), at % bRows];
        let sum = 0;
        for (let c = 0; c < size; c++) sum += a[i * columns + c] * b[j * columns + c];
        return sum;
      })
    );
    assertNear(out.subarray(0, -1), expected, TOLERANCE);
    assert.ok(Number.isNaN(out.at(-1)));
  });
}

Deno.test("Kernels.prefixProducts: a result depends on its two rows and its size alone", async () => {
  using kernels = await Kernels.start({ threads: 1 });
  const { memory } = kernels;
  const columns = 70;
  const random = generator(7);
  const a = drawFloats(memory, 3 * columns, random);
  const b = drawFloats(memory, 21 * columns, random);
  b.copyWithin(20 * columns, 0, columns);
  const products = (sizes: number[], bRows: number): Float64Array => {
    const out = memory.float64(sizes.length * 3 * bRows);
    kernels.prefixProducts({ a, aRows: 3, b, bRows, columns, sizes: sharedIntegers(memory, sizes), out });
    return out;
  };
  const all = products([5, 40, 70], 21);
  // The last row of b is the first one again, in another group and tile.
  assert.equal(all[20], all[0]);
  assert.deepEqual(products([40], 21), all.slice(3 * 21, 2 * 3 * 21));
  assert.equal(products([70], 1)[2], all[2 * 3 * 21 + 2 * 21]);
});
