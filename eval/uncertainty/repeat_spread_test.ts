import assert from "node:assert/strict";
import { repeatSpread } from "./repeat_spread.ts";

Deno.test("repeatSpread is the mean with Student's interval", () => {
  const { count, mean, standardError, low, high } = repeatSpread([1, 2, 3]);
  assert.deepEqual([count, mean], [3, 2]);
  // Deviation 1, divided by the root of 3; t of 2 degrees is 4.3027 (table value, 5 digits).
  assert.ok(Math.abs(standardError! - 1 / Math.sqrt(3)) < 1e-12);
  assert.ok(Math.abs(high! - (2 + 4.3027 / Math.sqrt(3))) < 1e-4, `${high}`);
  assert.ok(Math.abs(low! + high! - 4) < 1e-12);
});

Deno.test("repeatSpread of a single number has no interval", () => {
  assert.deepEqual(repeatSpread([5]), { count: 1, mean: 5, standardError: null, low: null, high: null });
});
