import { deepStrictEqual, ok } from "node:assert/strict";
import { batchesPerEpoch, mixBatches, type MixedDataset, type Mixing, Random } from "./mod.ts";

/** Data sets of so many batches of 10 rows. */
function datasets(batches: readonly number[], weights: readonly number[] = []): MixedDataset[] {
  return batches.map((batchCount, i) => ({ rowCount: 10 * batchCount, batchCount, weight: weights[i] ?? 1 }));
}

function weighted(temperature: number): Mixing {
  return { kind: "weighted", temperature };
}

Deno.test("mixBatches() gives proportional mixing every data set its batches, anywhere in the order", () => {
  const firsts = [0, 0, 0];
  const counts = batchesPerEpoch("proportional", datasets([3, 2, 1]));
  for (let seed = 0; seed < 3000; seed++) {
    const order = mixBatches("proportional", counts, new Random(seed));
    deepStrictEqual([...order].sort(), [0, 0, 0, 1, 1, 2]);
    firsts[order[0]]++;
  }
  // The first batch is of data set 0 in half of the cases; standard deviations are at most 27, five of them 137.
  [1500, 1000, 500].forEach((expected, i) => ok(Math.abs(firsts[i] - expected) < 137, `${firsts}`));
});

Deno.test("mixBatches() ends round robin with the data set that has the fewest batches", () => {
  const counts = batchesPerEpoch("roundRobin", datasets([3, 2, 5]));
  deepStrictEqual([...mixBatches("roundRobin", counts, new Random(1))], [0, 1, 2, 0, 1, 2]);
});

Deno.test("batchesPerEpoch() shares the batches of all by weight times rows^(1 / temperature)", () => {
  const share = (mixing: Mixing, batches: number[], weights?: number[]): number[] => [
    ...batchesPerEpoch(mixing, datasets(batches, weights)),
  ];
  deepStrictEqual(share({ kind: "weighted" }, [900, 100]), [900, 100]);
  deepStrictEqual(share(weighted(1), [900, 100], [1, 9]), [500, 500]);
  // Roots of 900 and 100 are as 3 to 1.
  deepStrictEqual(share(weighted(2), [900, 100]), [750, 250]);
  deepStrictEqual(share(weighted(2), [900, 100], [1, 3]), [500, 500]);
  deepStrictEqual(share(weighted(1e9), [900, 60, 40]), [334, 333, 333]);
  // Below 1 the large ones get more: squares of 3 and 1 are as 9 to 1.
  deepStrictEqual(share(weighted(0.5), [75, 25]), [90, 10]);
});

Deno.test("batchesPerEpoch() rounds by the largest remainders to the same sum, with at least one batch for each", () => {
  const counts = batchesPerEpoch(weighted(3), datasets([50, 20, 7, 3]));
  ok(counts.reduce((a, b) => a + b) === 80);
  const roots = [50, 20, 7, 3].map((batches) => (10 * batches) ** (1 / 3));
  const sum = roots.reduce((a, b) => a + b);
  counts.forEach((count, i) => ok(Math.abs(count - 80 * roots[i] / sum) < 1, `${counts}`));
  deepStrictEqual([...batchesPerEpoch(weighted(1), datasets([1000, 1], [1, 1e-9]))], [1000, 1]);
  deepStrictEqual([...batchesPerEpoch(weighted(1), datasets([10, 1, 1], [1, 1e-9, 1e-9]))], [11, 1, 1]);
});

Deno.test("batchesPerEpoch() shares all batches with weights and temperatures as extreme as there are numbers", () => {
  const share = (mixing: Mixing, weights: number[]): number[] => [
    ...batchesPerEpoch(mixing, datasets([1000, 2], weights)),
  ];
  for (const temperature of [Number.MIN_VALUE, 1e-300, 1e-3]) {
    deepStrictEqual(share(weighted(temperature), [1, 1]), [1002, 1]);
    deepStrictEqual(share(weighted(temperature), [Number.MIN_VALUE, Number.MAX_VALUE])[1] > 0, true);
  }
  deepStrictEqual(share(weighted(Number.MAX_VALUE), [1, 1]), [501, 501]);
  deepStrictEqual(share(weighted(1), [Number.MAX_VALUE, Number.MAX_VALUE]), [1000, 2]);
  deepStrictEqual(share(weighted(1), [Number.MIN_VALUE, Number.MAX_VALUE]), [1, 1002]);
});
