import assert from "node:assert/strict";
import { sifWeights, zipfFrequencies } from "./sif_weights.ts";

Deno.test("sifWeights() is a / (a + p), and 1 for what never occurs", () => {
  assert.deepEqual([...sifWeights([1, 3, 0], 0.25)], [0.5, 0.25, 1]);
});

Deno.test("zipfFrequencies() falls as 1 / (i + 2)", () => {
  assert.deepEqual([...zipfFrequencies(3)], [1 / 2, 1 / 3, 1 / 4]);
});

Deno.test("sifWeights() refuses a coefficient out of range and counts of nothing", () => {
  for (const wrong of [0, 1, -1, NaN]) {
    assert.throws(() => sifWeights([1], wrong), /above 0 and below 1; try 1e-4$/);
  }
  assert.throws(() => sifWeights([0, 0], 1e-3), /none was counted/);
});
