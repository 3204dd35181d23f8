import assert from "node:assert/strict";
import { planRungs, survivors } from "./halving.ts";

Deno.test("planRungs halves until one setting is left", () => {
  assert.deepEqual(planRungs(8), [
    { share: 1 / 8, settings: 8 },
    { share: 1 / 4, settings: 4 },
    { share: 1 / 2, settings: 2 },
    { share: 1, settings: 1 },
  ]);
  assert.deepEqual(planRungs(6).map(({ settings }) => settings), [6, 3, 1]);
  assert.deepEqual(planRungs(1), [{ share: 1, settings: 1 }]);
});

Deno.test("planRungs takes other parts, and fewer rungs", () => {
  assert.deepEqual(planRungs(27, { eta: 3 }).map(({ settings }) => settings), [27, 9, 3, 1]);
  // The logarithm of 1000 to the base 10 is a hair below 3.
  assert.equal(planRungs(1000, { eta: 10 }).length, 4);
  assert.deepEqual(planRungs(8, { rungs: 1 }), [{ share: 1 / 2, settings: 8 }, { share: 1, settings: 4 }]);
});

Deno.test("survivors are the best, in their own order; what has no score is never among them", () => {
  assert.deepEqual(survivors([0.1, 0.5, null, 0.3], 2), [1, 3]);
  assert.deepEqual(survivors([0.5, 0.5, 0.5], 2), [0, 1]);
  assert.deepEqual(survivors([null, 0.1], 2), [1]);
  assert.deepEqual(survivors([null], 1), []);
});
