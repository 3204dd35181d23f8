import { deepStrictEqual, ok } from "node:assert/strict";
import { mixBatches, Random } from "./mod.ts";

Deno.test("mixBatches() gives proportional mixing every data set its batches, anywhere in the order", () => {
  const firsts = [0, 0, 0];
  for (let seed = 0; seed < 3000; seed++) {
    const order = mixBatches("proportional", [3, 2, 1], new Random(seed));
    deepStrictEqual([...order].sort(), [0, 0, 0, 1, 1, 2]);
    firsts[order[0]]++;
  }
  // The first batch is of data set 0 in half of the cases; standard deviations are at most 27, five of them 137.
  [1500, 1000, 500].forEach((expected, i) => ok(Math.abs(firsts[i] - expected) < 137, `${firsts}`));
});

Deno.test("mixBatches() ends round robin with the data set that has the fewest batches", () => {
  deepStrictEqual([...mixBatches("roundRobin", [3, 2, 5], new Random(1))], [0, 1, 2, 0, 1, 2]);
});
