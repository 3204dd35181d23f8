import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { HashSet64 } from "./_hash_set.ts";
import { hashesOf, numberOf, sourceOf } from "./_test_source.ts";
import { noDuplicateBatches, type NoDuplicateBatchesOptions, onePart, Random } from "./mod.ts";
import { ShuffledParts } from "./shuffled_parts.ts";

/** The reference's sampler, literally: an ordered set of remaining rows and a set of the texts in the batch. */
function* referenceBatches(
  columns: readonly number[][],
  order: readonly number[],
  batchSize: number,
): Generator<number[]> {
  const remaining = new Set(order);
  while (remaining.size > 0) {
    const texts = new Set<number>();
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

interface Drawn {
  columns: number[][];
  groupRows: number[];
  seed: number;
}

/** Columns of texts by number, in groups of 1 to 30 rows. */
function draw(rows: number, columns: number, text: (row: number, column: number) => number): number[][] {
  return Array.from({ length: columns }, (_, c) => Array.from({ length: rows }, (_, row) => text(row, c)));
}

function groupsOf(rows: number, random: Random): number[] {
  const groups: number[] = [];
  for (let left = rows; left > 0; left -= groups.at(-1)!) groups.push(Math.min(left, 1 + random.below(30)));
  return groups;
}

/** Parts of about 20 rows in random order. */
function partsOf({ columns, groupRows, seed }: Drawn): ShuffledParts {
  const source = sourceOf(columns.map(hashesOf), { groupRows });
  return new ShuffledParts(source, { partBytes: 20, random: new Random(seed) });
}

/** Numbers of the rows of every batch. */
function batchesOf(drawn: Drawn, options: NoDuplicateBatchesOptions): number[][] {
  return Array.from(noDuplicateBatches(partsOf(drawn), options), ({ window, rows }) => {
    return [...rows].map((row) => numberOf(window, row));
  });
}

/** Numbers of the rows in the order in which they are offered. */
function orderOf(drawn: Drawn): number[] {
  const parts = partsOf(drawn);
  const order: number[] = [];
  while (parts.hasNext) {
    const { window, order: rows } = parts.next(new Uint32Array());
    for (const row of rows) order.push(numberOf(window, row));
  }
  return order;
}

function assertNoDuplicates(batches: readonly number[][], columns: readonly number[][]): void {
  for (const batch of batches) {
    const texts = batch.flatMap((row) => [...new Set(columns.map((column) => column[row]))]);
    strictEqual(new Set(texts).size, texts.length);
  }
}

Deno.test("noDuplicateBatches() gives the reference's batches for any texts, columns, parts and batch sizes", () => {
  const random = new Random(1);
  for (let seed = 0; seed < 1500; seed++) {
    const rows = 1 + random.below(120);
    const kinds = 1 + random.below(seed % 3 === 0 ? 400 : 60);
    // Powers make low numbers frequent, as words are; the columns share their texts.
    const power = 1 + random.below(3);
    const columns = draw(rows, 1 + random.below(4), () => Math.floor(kinds * random.nextFloat() ** power));
    const drawn = { columns, groupRows: groupsOf(rows, random), seed };
    const batchSize = 1 + random.below(24);
    const expected = [...referenceBatches(columns, orderOf(drawn), batchSize)];
    deepStrictEqual(batchesOf(drawn, { batchSize }), expected, `seed ${seed}`);
  }
});

const EXTREMES: Record<string, (row: number, column: number, random: Random) => number> = {
  "one text in half of all rows": (row, column, random) =>
    random.below(4) === 0 ? 0 : 1000 * (column + 1) + row,
  "every text the same": () => 0,
  "chains: a row shares a text with the next": (row, column) => row + column,
  "chains in which every third row is the same": (row, column) => row % 3 === 0 ? column : row + column,
  "few texts in every column": (_, column, random) => 10 * (column % 2) + random.below(7),
};
for (const [name, text] of Object.entries(EXTREMES)) {
  Deno.test(`noDuplicateBatches() gives the reference's batches with ${name}`, () => {
    const random = new Random(2);
    for (let seed = 0; seed < 40; seed++) {
      const rows = 300;
      const columns = draw(rows, 2 + seed % 2, (row, column) => text(row, column, random));
      const drawn = { columns, groupRows: groupsOf(rows, random), seed };
      const batchSize = [1, 8, 32, 300][seed % 4];
      const expected = [...referenceBatches(columns, orderOf(drawn), batchSize)];
      deepStrictEqual(batchesOf(drawn, { batchSize }), expected, `seed ${seed}`);
    }
  });
}

Deno.test("noDuplicateBatches() takes a row whose own texts are the same", () => {
  const hashes = hashesOf([1, 2]);
  const { readGroups } = sourceOf([hashes, hashes]);
  const parts = onePart({ window: readGroups(0, 1), order: Uint32Array.of(0, 1) });
  const batches = Array.from(noDuplicateBatches(parts, { batchSize: 2 }), ({ rows }) => rows);
  deepStrictEqual(batches, [Uint32Array.of(0, 1)]);
});

Deno.test("noDuplicateBatches() with a waitingLimit that is not reached gives the same batches", () => {
  const random = new Random(3);
  const columns = draw(400, 2, () => random.below(250));
  const drawn = { columns, groupRows: groupsOf(400, random), seed: 3 };
  deepStrictEqual(
    batchesOf(drawn, { batchSize: 16, waitingLimit: 20 }),
    batchesOf(drawn, { batchSize: 16 }),
  );
});

/** Most rows that a sampler has its parts keep. */
function mostKept(drawn: Drawn, options: NoDuplicateBatchesOptions): number {
  const parts = partsOf(drawn);
  let most = 0;
  const watched = {
    get hasNext() {
      return parts.hasNext;
    },
    next(kept: Uint32Array) {
      most = Math.max(most, kept.length);
      return parts.next(kept);
    },
  };
  for (const _ of noDuplicateBatches(watched, options));
  return most;
}

Deno.test("noDuplicateBatches() with a text in half of all rows keeps batches full and gives up what exceeds the limit", () => {
  const random = new Random(4);
  const columns = draw(2000, 2, (row, column) => column === 1 && row % 2 === 0 ? 0 : 10 + 2 * row + column);
  const drawn = { columns, groupRows: groupsOf(2000, random), seed: 4 };
  const options = { batchSize: 16, waitingLimit: 10 };
  const batches = batchesOf(drawn, options);
  assertNoDuplicates(batches, columns);
  const rows = batches.flat();
  strictEqual(new Set(rows).size, rows.length);
  strictEqual(rows.filter((row) => row % 2 === 1).length, 1000);
  // 1,000 rows of other texts fill 66 batches of 15 beside one of the frequent text, and 10 of another.
  strictEqual(batches.slice(0, 66).filter(({ length }) => length === 16).length, 66);
  ok(mostKept(drawn, options) <= 16 + 10);
  ok(mostKept(drawn, { batchSize: 16 }) > 500);
});

Deno.test("noDuplicateBatches() with fewer texts than a batch has rows ends batches early instead of giving rows up", () => {
  const random = new Random(5);
  const columns = [draw(2000, 1, () => random.below(12))[0], Array.from({ length: 2000 }, (_, i) => 100 + i)];
  const drawn = { columns, groupRows: groupsOf(2000, random), seed: 5 };
  const options = { batchSize: 16, waitingLimit: 24 };
  const batches = batchesOf(drawn, options);
  assertNoDuplicates(batches, columns);
  const used = batches.flat().length;
  ok(used > 0.9 * 2000, `${used} rows are used`);
  ok(used / batches.length > 6, `${used / batches.length} rows a batch of 12 at most`);
  ok(mostKept(drawn, options) <= 16 + 24 + 20);
});

Deno.test("noDuplicateBatches() needs time in proportion to the rows, also with a text in half of them", () => {
  for (const share of [0, 0.5]) {
    const perRow = [20_000, 160_000].map((rows) => {
      const random = new Random(6);
      const columns = draw(rows, 2, () => random.nextFloat() < share ? 0 : 1 + random.below(4 * rows));
      const source = sourceOf(columns.map(hashesOf));
      const window = source.readGroups(0, 1);
      const order = Uint32Array.from({ length: rows }, (_, i) => i);
      let best = Infinity;
      for (let pass = 0; pass < 5; pass++) {
        const start = performance.now();
        for (const _ of noDuplicateBatches(onePart({ window, order }), { batchSize: 512 }));
        best = Math.min(best, (performance.now() - start) / rows);
      }
      return best;
    });
    // Eight times the rows: quadratic work would be 8 times as slow a row; 4 leaves room for caches and a busy machine.
    ok(perRow[1] / perRow[0] < 4, `${share}: ${perRow}`);
  }
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
