import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { HashSet64 } from "./_hash_set.ts";
import { hashText, noDuplicateBatches, Random } from "./mod.ts";

/** The reference's sampler, literally: an ordered set of remaining rows and a set of the texts in the batch. */
function* referenceBatches(
  columns: readonly string[][],
  order: Uint32Array,
  batchSize: number,
): Generator<number[]> {
  const remaining = new Set(order);
  while (remaining.size > 0) {
    const texts = new Set<string>();
    const batch: number[] = [];
    for (const row of remaining) {
      const rowTexts = columns.map((column) => column[row]);
      if (rowTexts.some((text) => texts.has(text))) continue;
      batch.push(row);
      if (batch.length === batchSize) break;
      for (const text of rowTexts) texts.add(text);
    }
    yield batch;
    for (const row of batch) remaining.delete(row);
  }
}

function hashesOf(column: readonly string[]): Uint32Array {
  const hashes = new Uint32Array(2 * column.length);
  column.forEach((text, row) => hashText(text, hashes, 2 * row));
  return hashes;
}

function randomColumns(rows: number, kinds: number, random: Random): string[][] {
  // Squares make low numbers frequent, as words are; the columns share their texts.
  const text = (): string => `text ${Math.floor(kinds * random.nextFloat() ** 2)}`;
  return [0, 1].map(() => Array.from({ length: rows }, text));
}

Deno.test("noDuplicateBatches() gives the reference's batches, from few duplicates to hardly anything else", () => {
  const random = new Random(1);
  for (
    const [rows, kinds, batchSize] of [[500, 5000, 32], [500, 100, 32], [300, 5, 16], [200, 1, 8], [
      64,
      999,
      64,
    ]]
  ) {
    const columns = randomColumns(rows, kinds, random);
    const order = Uint32Array.from({ length: rows }, (_, i) => i);
    random.shuffle(order);
    const batches = [...noDuplicateBatches(columns.map(hashesOf), order, { batchSize })].map((
      batch,
    ) => [...batch]);
    deepStrictEqual(batches, [...referenceBatches(columns, order, batchSize)]);
    deepStrictEqual(batches.flat().sort((a, b) => a - b), [...order].sort((a, b) => a - b));
  }
});

Deno.test("noDuplicateBatches() takes a row whose own texts are the same", () => {
  const column = hashesOf(["same", "other"]);
  const batches = [...noDuplicateBatches([column, column], Uint32Array.of(0, 1), { batchSize: 2 })];
  deepStrictEqual(batches, [Uint32Array.of(0, 1)]);
});

Deno.test("noDuplicateBatches() needs time in proportion to the rows", () => {
  const perRow = [20_000, 160_000].map((rows) => {
    const columns = randomColumns(rows, rows, new Random(2)).map(hashesOf);
    const order = Uint32Array.from({ length: rows }, (_, i) => i);
    let best = Infinity;
    for (let pass = 0; pass < 5; pass++) {
      const start = performance.now();
      for (const _ of noDuplicateBatches(columns, order, { batchSize: 512 }));
      best = Math.min(best, (performance.now() - start) / rows);
    }
    return best;
  });
  // Eight times the rows: quadratic work would be 8 times as slow a row; 4 leaves room for caches and a busy machine.
  ok(perRow[1] / perRow[0] < 4, `${perRow}`);
});

Deno.test("HashSet64 behaves as a set while it grows and after it is emptied", () => {
  const random = new Random(3);
  const set = new HashSet64(4);
  for (let round = 0; round < 3; round++) {
    const expected = new Set<string>();
    for (let i = 0; i < 5000; i++) {
      const [low, high] = [random.below(64) * 0x4000000, random.below(64)];
      strictEqual(set.has(low, high), expected.has(`${low} ${high}`));
      strictEqual(set.add(low, high), !expected.has(`${low} ${high}`));
      expected.add(`${low} ${high}`);
    }
    set.clear();
  }
});
