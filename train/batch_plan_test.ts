import assert from "node:assert/strict";
import { BatchMemory, Random, type TokenPlan, TokenPlanner } from "../data/mod.ts";
import { KernelMemory } from "../kernels/mod.ts";
import { testBatch } from "./_test_problem.ts";
import { type BatchPlan, BatchPlanner } from "./batch_plan.ts";

const ARRAYS = ["ids", "offsets", "inverseCounts", "unique", "users", "userOffsets"] as const;

/** A plan's numbers, wherever they lie. */
function numbersOf(plan: TokenPlan): unknown {
  return [plan.pairs, plan.texts, plan.uniqueCount, ...ARRAYS.map((name) => [...plan[name]])];
}

Deno.test("BatchPlanner arranges batches of changing size on kernel memory", () => {
  const random = new Random(3);
  const memory = new KernelMemory();
  const planner = new BatchPlanner(memory, 60);
  for (const pairs of [5, 200, 1, 400, 30]) {
    const batch = testBatch(random, { pairs });
    const plan = planner.plan(batch);
    assert.deepEqual(
      numbersOf(plan),
      numbersOf(new TokenPlanner(60).plan(batch.columns, new BatchMemory())),
    );
    for (const name of ARRAYS) assert.ok(plan[name].buffer instanceof SharedArrayBuffer);
  }
});

Deno.test("BatchPlanner copies a plan that a batch comes with instead of making one", () => {
  const random = new Random(5);
  const planner = new BatchPlanner(new KernelMemory(), 60);
  for (const pairs of [20, 3, 70]) {
    const made = new TokenPlanner(60).plan(testBatch(random, { pairs }).columns, new BatchMemory());
    const expected = numbersOf(made);
    const copy = planner.plan({ columns: [], plan: made });
    for (const name of ARRAYS) made[name].fill(0);
    assert.deepEqual(numbersOf(copy), expected);
  }
});

Deno.test("BatchPlanner keeps one plan whole while the next is made", () => {
  const random = new Random(4);
  const planner = new BatchPlanner(new KernelMemory(), 60);
  const first: BatchPlan = planner.plan(testBatch(random));
  const expected = numbersOf(first);
  planner.plan(testBatch(random, { pairs: 2000 }));
  assert.deepEqual(numbersOf(first), expected);
});

Deno.test("BatchPlanner refuses what cannot be pooled", () => {
  const planner = new BatchPlanner(new KernelMemory(), 10);
  const columns = [{ ids: Int32Array.of(1, 10), offsets: Int32Array.of(0, 2) }];
  assert.throws(() => planner.plan({ columns }), { name: "RangeError" });
});
