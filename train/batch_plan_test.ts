import assert from "node:assert/strict";
import { Random } from "../data/mod.ts";
import { KernelMemory } from "../kernels/mod.ts";
import { testBatch, testProblem, testTask } from "./_test_problem.ts";
import { type BatchPlan, BatchPlanner } from "./batch_plan.ts";

/** Tokens of each text, from the plan. */
function textsOf({ ids, offsets, texts }: BatchPlan): number[][] {
  return Array.from({ length: texts }, (_, i) => [...ids.subarray(offsets[i], offsets[i + 1])]);
}

Deno.test("BatchPlanner lists the texts of all columns, their tokens, and who uses each token", () => {
  const planner = new BatchPlanner(new KernelMemory(), 10);
  const plan = planner.plan([
    { ids: Int32Array.of(7, 3, 3), offsets: Int32Array.of(0, 1, 3) },
    { ids: Int32Array.of(0, 7, 9, 2), offsets: Int32Array.of(0, 3, 4) },
  ]);
  assert.deepEqual([plan.pairs, plan.texts, plan.uniqueCount], [2, 4, 5]);
  assert.deepEqual(textsOf(plan), [[7], [3, 3], [0, 7, 9], [2]]);
  assert.deepEqual([...plan.inverseCounts], [1, 1 / 2, 1 / 3, 1].map(Math.fround));
  assert.deepEqual([...plan.unique.subarray(0, 5)], [0, 2, 3, 7, 9]);
  assert.deepEqual([...plan.userOffsets.subarray(0, 6)], [0, 1, 2, 4, 6, 7]);
  assert.deepEqual([...plan.users], [2, 3, 1, 1, 0, 2, 2]);
});

Deno.test("BatchPlanner: users are the transpose of the texts, for random batches of changing size", () => {
  const random = new Random(3);
  const planner = new BatchPlanner(new KernelMemory(), 60);
  const problem = testProblem({ tasks: [testTask({ columns: 3 })] });
  for (const pairs of [5, 200, 1, 400, 30]) {
    const batch = testBatch(random, { pairs, problem });
    const plan = planner.plan(batch.columns);
    const expected: [number, number][] = [];
    textsOf(plan).forEach((ids, text) => ids.forEach((id) => expected.push([id, text])));
    const found: [number, number][] = [];
    for (let u = 0; u < plan.uniqueCount; u++) {
      for (const text of plan.users.subarray(plan.userOffsets[u], plan.userOffsets[u + 1])) {
        found.push([plan.unique[u], text]);
      }
    }
    assert.deepEqual(found, expected.sort(([a, x], [b, y]) => a - b || x - y));
  }
});

Deno.test("BatchPlanner takes bags that are a part of longer arrays", () => {
  const planner = new BatchPlanner(new KernelMemory(), 10);
  const column = { ids: Int32Array.of(9, 9, 1, 2, 3, 9), offsets: Int32Array.of(2, 4, 5) };
  const plan = planner.plan([column, column]);
  assert.deepEqual(textsOf(plan), [[1, 2], [3], [1, 2], [3]]);
});

Deno.test("BatchPlanner keeps one plan whole while the next is made", () => {
  const random = new Random(4);
  const planner = new BatchPlanner(new KernelMemory(), 60);
  const first = planner.plan(testBatch(random).columns);
  const [texts, users] = [textsOf(first), [...first.users]];
  planner.plan(testBatch(random, { pairs: 2000 }).columns);
  assert.deepEqual([textsOf(first), [...first.users]], [texts, users]);
});

Deno.test("BatchPlanner refuses a text without tokens and ids outside the table", () => {
  const planner = new BatchPlanner(new KernelMemory(), 10);
  const plan = (ids: number[], offsets: number[]): BatchPlan =>
    planner.plan([{ ids: Int32Array.from(ids), offsets: Int32Array.from(offsets) }]);
  assert.throws(() => plan([1, 2], [0, 1, 1, 2]), {
    name: "RangeError",
    message: "Cannot pool: text 1 of the batch has no token; drop empty texts",
  });
  for (const id of [10, -1]) {
    assert.throws(() => plan([1, id], [0, 2]), {
      name: "RangeError",
      message: `Cannot pool: token id ${id} is outside the table of 10 rows; use the table's own tokenizer`,
    });
  }
});
