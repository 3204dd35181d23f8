import assert from "node:assert/strict";
import { clippingFactor } from "./clipping.ts";

Deno.test("clippingFactor scales a longer gradient down to the largest norm and leaves a shorter one", () => {
  assert.equal(clippingFactor(0.5, 1), 1);
  assert.equal(clippingFactor(0, 1), 1);
  assert.equal(clippingFactor(1e9, null), 1);
  // PyTorch divides by norm + 1e-6, so that the result lies a little below the largest norm.
  assert.equal(clippingFactor(4, 1), 1 / 4.000001);
  assert.ok(clippingFactor(1, 1) < 1 && clippingFactor(1, 1) > 0.999998);
});
