import assert from "node:assert/strict";
import { compileKernels, wasmModuleText } from "./_compile.ts";
import { assertNear, drawFloats, generator, sharedIntegers, WIDTHS } from "./_test_arrays.ts";
import { type KernelMemory, Kernels } from "./mod.ts";

const BAGS = 40;
const ROWS = 50;

/**
 * Sums of at most 20 numbers below 1 in float32 are off by at most 20 * 20 * 2^-24 = 2.4e-5; typically by a tenth of
 * that.
 */
const SUM_TOLERANCE = 2.4e-5;

interface Bags {
  source: Float32Array<SharedArrayBuffer>;
  ids: Int32Array<SharedArrayBuffer>;
  offsets: Int32Array<SharedArrayBuffer>;
}

/** Bags of 0 to 20 rows; the bags 0 and 7 and the last one are empty. */
function drawBags(memory: KernelMemory, columns: number): Bags {
  const random = generator(columns);
  const sizes = Array.from(
    { length: BAGS },
    (_, i) => [0, 7, BAGS - 1].includes(i) ? 0 : Math.floor(random() * 21),
  );
  const offsets = memory.int32(BAGS + 1);
  sizes.forEach((size, i) => offsets[i + 1] = offsets[i] + size);
  const ids = memory.int32(offsets[BAGS]);
  const source = memory.float32(ROWS * columns);
  for (let i = 0; i < ids.length; i++) ids[i] = Math.floor(random() * ROWS);
  for (let i = 0; i < source.length; i++) source[i] = random() * 2 - 1;
  return { source, ids, offsets };
}

/** Sum of each bag's rows in float64. */
function plainSums({ source, ids, offsets }: Bags, stride: number, columns: number): Float64Array {
  const sums = new Float64Array(BAGS * columns);
  for (let bag = 0; bag < BAGS; bag++) {
    for (let i = offsets[bag]; i < offsets[bag + 1]; i++) {
      for (let c = 0; c < columns; c++) sums[bag * columns + c] += source[ids[i] * stride + c];
    }
  }
  return sums;
}

for (const columns of WIDTHS) {
  Deno.test(`Kernels.poolMeans gives means of ${columns} columns, zeros for an empty bag`, async () => {
    using kernels = await Kernels.start({ threads: 1 });
    const bags = drawBags(kernels.memory, columns);
    const out = kernels.memory.float32(BAGS * columns).fill(9);
    kernels.poolMeans({ ...bags, stride: columns, columns, out, bags: BAGS });
    const { offsets } = bags;
    const expected = plainSums(bags, columns, columns).map((sum, i) => {
      const bag = Math.floor(i / columns);
      return sum / Math.max(1, offsets[bag + 1] - offsets[bag]);
    });
    assertNear(out, expected, SUM_TOLERANCE);
  });

  Deno.test(`Kernels.poolSums gives sums of ${columns} columns and their squared lengths`, async () => {
    using kernels = await Kernels.start({ threads: 1 });
    const bags = drawBags(kernels.memory, columns);
    const out = kernels.memory.float32(BAGS * columns).fill(9);
    const squares = kernels.memory.float64(BAGS).fill(9);
    const places = sharedIntegers(kernels.memory, Array.from({ length: BAGS }, (_, i) => i));
    kernels.poolSums({ ...bags, columns, places, known: 0, out, squares, bags: BAGS });
    const sums = plainSums(bags, columns, columns);
    assertNear(out, sums, SUM_TOLERANCE);
    for (let bag = 0; bag < BAGS; bag++) {
      const row = sums.subarray(bag * columns, (bag + 1) * columns);
      const expected = row.reduce((total, x) => total + x * x, 0);
      // Squares are added in float32, four sums side by side: at most 34 additions each, 34 * 2^-24 = 2e-6.
      assert.ok(Math.abs(squares[bag] - expected) <= 1e-5 * expected, `${squares[bag]}, not ${expected}`);
    }
  });

  Deno.test(`Kernels.scaleRows multiplies rows of ${columns} columns, each by its factor`, async () => {
    using kernels = await Kernels.start({ threads: 1 });
    const { source } = drawBags(kernels.memory, columns);
    const factors = kernels.memory.float32(ROWS);
    for (let row = 0; row < ROWS; row++) factors[row] = row / 7;
    // One multiplication rounds the same way everywhere: no tolerance.
    const expected = source.map((x, i) => Math.fround(x * factors[Math.floor(i / columns)]));
    kernels.scaleRows(source, columns, factors);
    assert.deepEqual([...source], [...expected]);
  });
}

Deno.test("Kernels.poolMeans reads only the leading columns of wider rows", async () => {
  using kernels = await Kernels.start({ threads: 1 });
  const bags = drawBags(kernels.memory, 10);
  const out = kernels.memory.float32(BAGS * 6);
  kernels.poolMeans({ ...bags, stride: 10, columns: 6, out, bags: BAGS });
  const counts = Array.from({ length: BAGS }, (_, i) => Math.max(1, bags.offsets[i + 1] - bags.offsets[i]));
  const expected = plainSums(bags, 10, 6).map((sum, i) => sum / counts[Math.floor(i / 6)]);
  assertNear(out, expected, SUM_TOLERANCE);
});

Deno.test("Kernels.poolSums puts a bag's sum at its place, and adds to a sum that is known", async () => {
  for (const columns of WIDTHS) {
    using kernels = await Kernels.start({ threads: 1 });
    const { memory } = kernels;
    const bags = drawBags(memory, columns);
    const random = generator(columns + 1);
    // Bag i goes to place 3 i mod 41, each to another; the place of a forty-first bag is left alone.
    const known = 15;
    const placeCount = BAGS + 1;
    const places = sharedIntegers(memory, Array.from({ length: BAGS }, (_, i) => 3 * i % placeCount));
    const out = drawFloats(memory, placeCount * columns, () => random() * 2 - 1);
    const before = out.slice();
    const squares = memory.float64(placeCount).fill(9);
    kernels.poolSums({ ...bags, columns, places, known, out, squares, bags: BAGS });
    const sums = plainSums(bags, columns, columns);
    const untouched = new Set(Array.from({ length: placeCount }, (_, place) => place)).difference(
      new Set(places),
    );
    assert.equal(untouched.size, 1);
    for (let bag = 0; bag < BAGS; bag++) {
      const start = places[bag] * columns;
      const added = before.slice(start, start + columns).map((x) => places[bag] < known ? x : 0);
      const expected = Float64Array.from(added, (x, c) => x + sums[bag * columns + c]);
      assertNear(out.slice(start, start + columns), expected, SUM_TOLERANCE);
      const square = expected.reduce((total, x) => total + x * x, 0);
      // Off by the sums' own tolerance, too: a length of 100 at most times 2.4e-5.
      assertNear([squares[places[bag]]], [square], 1e-5 * square + 1e-5);
    }
    for (const place of untouched) {
      const range = [place * columns, (place + 1) * columns] as const;
      assert.deepEqual([...out.slice(...range)], [...before.slice(...range)]);
      assert.equal(squares[place], 9);
    }
  }
});

Deno.test("Kernels.poolSums of two halves gives what one call of both gives", async () => {
  using kernels = await Kernels.start({ threads: 1 });
  const { memory } = kernels;
  const columns = 66;
  const whole = drawBags(memory, columns);
  const places = sharedIntegers(memory, Array.from({ length: BAGS }, (_, i) => i));
  const [out, twice] = [memory.float32(BAGS * columns), memory.float32(BAGS * columns)];
  const [squares, squaresTwice] = [memory.float64(BAGS), memory.float64(BAGS)];
  kernels.poolSums({ ...whole, columns, places, known: 0, out, squares, bags: BAGS });
  const middles = Array.from({ length: BAGS }, (_, i) => (whole.offsets[i] + whole.offsets[i + 1]) >> 1);
  for (const known of [0, BAGS]) {
    // The first half of every bag, and then the second.
    const [from, to] = known === 0 ? [[...whole.offsets], middles] : [middles, [...whole.offsets.slice(1)]];
    const ids = from.slice(0, BAGS).flatMap((start, i) => [...whole.ids.slice(start, to[i])]);
    const offsets = memory.int32(BAGS + 1);
    for (let i = 0; i < BAGS; i++) offsets[i + 1] = offsets[i] + to[i] - from[i];
    const half = { source: whole.source, ids: sharedIntegers(memory, ids), offsets };
    kernels.poolSums({ ...half, columns, places, known, out: twice, squares: squaresTwice, bags: BAGS });
  }
  // Rows are added one after the other either way.
  assert.deepEqual([...twice], [...out]);
  assert.deepEqual([...squaresTwice], [...squares]);
});

Deno.test("Kernels.poolMeans and poolSums add rows one after the other, also where there are more than a tile of them", async () => {
  using kernels = await Kernels.start({ threads: 2 });
  const { memory } = kernels;
  const random = generator(9);
  const columns = 39;
  const counts = [11, 12, 13, 24, 25, 100];
  const source = drawFloats(memory, ROWS * columns, () => random() * 2 - 1);
  const offsets = memory.int32(counts.length + 1);
  counts.forEach((count, i) => offsets[i + 1] = offsets[i] + count);
  const ids = memory.int32(offsets[counts.length]);
  for (let i = 0; i < ids.length; i++) ids[i] = Math.floor(random() * ROWS);
  const [means, sums] = [memory.float32(counts.length * columns), memory.float32(counts.length * columns)];
  const bags = { source, columns, ids, offsets, bags: counts.length };
  kernels.poolMeans({ ...bags, stride: columns, out: means });
  const places = sharedIntegers(memory, counts.map((_, i) => i));
  kernels.poolSums({ ...bags, places, known: 0, out: sums, squares: memory.float64(counts.length) });
  for (let bag = 0; bag < counts.length; bag++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (const id of ids.subarray(offsets[bag], offsets[bag + 1])) {
        sum = Math.fround(sum + source[id * columns + column]);
      }
      assert.equal(sums[bag * columns + column], sum);
      assert.equal(means[bag * columns + column], Math.fround(sum * Math.fround(1 / counts[bag])));
    }
  }
});

Deno.test("Kernels give the same bits with one thread, with two and with three", async () => {
  const results = await Promise.all([1, 2, 3].map(async (threads) => {
    using kernels = await Kernels.start({ threads });
    assert.equal(kernels.threads, threads);
    const { memory } = kernels;
    const columns = 67;
    const bags = drawBags(memory, columns);
    const out = memory.float32(BAGS * columns);
    const sums = memory.float32(BAGS * columns);
    const squares = memory.float64(BAGS);
    const places = sharedIntegers(memory, Array.from({ length: BAGS }, (_, i) => BAGS - 1 - i));
    const factors = drawFloats(memory, ROWS, generator(2));
    for (let turn = 0; turn < 50; turn++) {
      kernels.poolMeans({ ...bags, stride: columns, columns, out, bags: BAGS });
      kernels.poolSums({ ...bags, columns, places, known: turn % 2 * 20, out: sums, squares, bags: BAGS });
      kernels.scaleRows(bags.source, columns, factors);
      for (let i = 0; i < factors.length; i++) factors[i] = 1 / factors[i];
    }
    return [out, sums, squares, bags.source].map((values) => [...values]);
  }));
  assert.deepEqual(results[1], results[0]);
  assert.deepEqual(results[2], results[0]);
});

Deno.test("Kernels.start works with one thread at least", async () => {
  using kernels = await Kernels.start({ threads: 0 });
  assert.equal(kernels.threads, 1);
});

Deno.test("_wasm.ts is what the files of assembly compile to", async () => {
  const stored = await Deno.readTextFile(new URL("./_wasm.ts", import.meta.url));
  assert.equal(stored, wasmModuleText(await compileKernels()), "run `deno task kernels`");
});
