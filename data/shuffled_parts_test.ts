import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { hashesOf, numberOf, sourceOf } from "./_test_source.ts";
import { Random, type RowSource, ShuffledParts } from "./mod.ts";

const NONE = new Uint32Array();

function counting(groupRows: readonly number[]): RowSource {
  const rows = groupRows.reduce((a, b) => a + b);
  return sourceOf([hashesOf(Array.from({ length: rows }, (_, i) => i))], { groupRows });
}

/** Numbers of the rows of every part, in their order. */
function partsOf(source: RowSource, partBytes: number, random: Random): number[][] {
  const parts = new ShuffledParts(source, { partBytes, random });
  const found: number[][] = [];
  while (parts.hasNext) {
    const { window, order } = parts.next(NONE);
    found.push(Array.from(order, (row) => numberOf(window, row)));
  }
  strictEqual(found.length, parts.count);
  return found;
}

/** Sum of (found - expected)^2 / expected. */
function chiSquare(found: readonly number[], expected: (i: number) => number): number {
  return found.reduce((sum, count, i) => sum + (count - expected(i)) ** 2 / expected(i), 0);
}

Deno.test("ShuffledParts gives every row once, in parts that are not larger than asked for unless a group is", () => {
  const groupRows = [7, 0, 3, 25, 5, 5, 5, 1, 9];
  const parts = partsOf(counting(groupRows), 12, new Random(1));
  deepStrictEqual(parts.flat().sort((a, b) => a - b), Array.from({ length: 60 }, (_, i) => i));
  for (const part of parts) ok(part.length <= 12 || part.length === 25, `${part.length}`);
  ok(parts.length <= 8, "groups are put together");
});

Deno.test("ShuffledParts gives the same order for the same generator, another for another", () => {
  const source = counting([10, 10, 10, 10]);
  deepStrictEqual(partsOf(source, 20, new Random(2)), partsOf(source, 20, new Random(2)));
  notDeepStrictEqual(partsOf(source, 20, new Random(2)), partsOf(source, 20, new Random(3)));
});

Deno.test("ShuffledParts puts rows that are kept first, with their texts, hashes and labels", () => {
  const numbers = Array.from({ length: 40 }, (_, i) => i);
  const labels = Float32Array.from({ length: 80 }, (_, i) => i);
  const hashes = [hashesOf(numbers), hashesOf(numbers.map((i) => i + 100))];
  const source = sourceOf(hashes, { groupRows: [10, 10, 10, 10], labels });
  const parts = new ShuffledParts(source, { partBytes: 20, random: new Random(4) });
  const { window } = parts.next(NONE);
  const kept = Uint32Array.of(17, 3, 9);
  const there = Array.from(kept, (row) => numberOf(window, row));
  const next = parts.next(kept);
  strictEqual(next.window.rowCount, 23);
  deepStrictEqual([...next.order].sort((a, b) => a - b), Array.from({ length: 20 }, (_, i) => 3 + i));
  const found = Array.from({ length: 23 }, (_, row) => numberOf(next.window, row));
  deepStrictEqual(found.slice(0, 3), there);
  found.forEach((number, row) => {
    deepStrictEqual([...next.window.labels!.subarray(2 * row, 2 * row + 2)], [2 * number, 2 * number + 1]);
    next.window.hashes.forEach((column, c) => {
      deepStrictEqual(column.slice(2 * row, 2 * row + 2), hashes[c].slice(2 * number, 2 * number + 2));
    });
    next.window.columns.forEach(({ ids, offsets }, c) => {
      const text = [c, ...new Array<number>(1 + number % 3).fill(number)];
      deepStrictEqual([...ids.subarray(offsets[row], offsets[row + 1])], text);
    });
  });
});

Deno.test("ShuffledParts.skip() passes over whole parts without reading them", () => {
  const source = counting([4, 6, 5, 3, 8, 2]);
  const all = partsOf(source, 10, new Random(5));
  for (let rows = 0; rows <= 28; rows++) {
    const reads: number[] = [];
    const parts = new ShuffledParts({
      ...source,
      readGroups(from, to) {
        reads.push(from);
        return source.readGroups(from, to);
      },
    }, { partBytes: 10, random: new Random(5) });
    const left = parts.skip(rows);
    deepStrictEqual(reads, []);
    const found: number[] = [];
    while (parts.hasNext) {
      const { window, order } = parts.next(NONE);
      found.push(...Array.from(order, (row) => numberOf(window, row)));
    }
    deepStrictEqual(found.slice(left), all.flat().slice(rows));
  }
});

Deno.test("ShuffledParts: data of one part comes in every order equally often", () => {
  const source = counting([2, 1, 2]);
  const counts = new Map<string, number>();
  const draws = 24_000;
  const random = new Random(6);
  for (let i = 0; i < draws; i++) {
    const order = partsOf(source, 5, random.fork(i)).flat().join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  strictEqual(counts.size, 120);
  // Chi-square with 119 degrees of freedom: mean 119, standard deviation 15.4; 190 is exceeded once in 30,000.
  const found = chiSquare([...counts.values()], () => draws / 120);
  ok(found < 190, `${found}`);
});

/** How often two rows come within `distance` places of each other, by whether they are of one group. */
function closeness(
  groupRows: readonly number[],
  { partRows, distance, draws }: { partRows: number; distance: number; draws: number },
): { same: number; other: number } {
  const groupOf = groupRows.flatMap((rows, group) => new Array<number>(rows).fill(group));
  const pairs = { same: 0, other: 0 };
  const near = { same: 0, other: 0 };
  for (let a = 0; a < groupOf.length; a++) {
    for (let b = 0; b < a; b++) pairs[groupOf[a] === groupOf[b] ? "same" : "other"]++;
  }
  const source = counting(groupRows);
  for (let draw = 0; draw < draws; draw++) {
    const batches = partsOf(source, partRows, new Random(draw)).flatMap((part) =>
      Array.from({ length: part.length / distance }, (_, i) => part.slice(i * distance, (i + 1) * distance))
    );
    for (const batch of batches) {
      for (let i = 0; i < batch.length; i++) {
        for (let j = 0; j < i; j++) near[groupOf[batch[i]] === groupOf[batch[j]] ? "same" : "other"]++;
      }
    }
  }
  return { same: near.same / pairs.same / draws, other: near.other / pairs.other / draws };
}

Deno.test("ShuffledParts of several parts: rows of one group meet in a batch as often as documented", () => {
  const [groups, group, partRows, batch] = [32, 4, 32, 8];
  const rows = groups * group;
  const { same, other } = closeness(new Array(groups).fill(group), {
    partRows,
    distance: batch,
    draws: 3000,
  });
  const uniform = (batch - 1) / (rows - 1);
  // Exactly (batch - 1) / (part - 1) in the same part, in which rows of one group always are and two others with
  // probability (part - group) / (rows - group).
  const inPart = (batch - 1) / (partRows - 1);
  const expected = { same: inPart, other: inPart * (partRows - group) / (rows - group) };
  // 3,000 draws of 192 and 7,936 pairs: the standard errors are below 0.3 %, of expected values 0.226 and 0.051.
  ok(Math.abs(same / expected.same - 1) < 0.02, `${same} for ${expected.same}`);
  ok(Math.abs(other / expected.other - 1) < 0.01, `${other} for ${expected.other}`);
  ok(Math.abs(same / uniform - rows / partRows) < 0.15, `${same / uniform}: n / m is ${rows / partRows}`);
  const documented = (partRows - group) / partRows * rows / (rows - group);
  ok(Math.abs(other / uniform - documented) < 0.05, `${other / uniform}: documented is ${documented}`);
});

Deno.test("ShuffledParts of several parts: every row comes in every place equally often", () => {
  const source = counting(new Array(8).fill(3));
  const draws = 12_000;
  const counts = Array.from({ length: 24 * 24 }, () => 0);
  for (let draw = 0; draw < draws; draw++) {
    partsOf(source, 6, new Random(draw)).flat().forEach((row, place) => counts[24 * place + row]++);
  }
  // 23 x 23 degrees of freedom: mean 529, standard deviation 32.5; the rows of a group come together, which makes their
  // counts depend on each other and the spread wider: up to 3 times for groups of 3. Eight of those bounds it.
  const found = chiSquare(counts, () => draws / 24);
  ok(found < 529 + 8 * 32.5, `${found}`);
});
