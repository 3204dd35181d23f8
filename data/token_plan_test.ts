import { deepStrictEqual, throws } from "node:assert/strict";
import type { TokenBags } from "../text/mod.ts";
import { BatchMemory, Random, type TokenPlan, TokenPlanner } from "./mod.ts";

function bagsOf(texts: readonly number[][]): TokenBags {
  const offsets = new Int32Array(texts.length + 1);
  texts.forEach(({ length }, i) => offsets[i + 1] = offsets[i] + length);
  return { ids: Int32Array.from(texts.flat()), offsets };
}

/** Tokens of each text, from the plan. */
function textsOf({ ids, offsets, texts }: TokenPlan): number[][] {
  return Array.from({ length: texts }, (_, i) => [...ids.subarray(offsets[i], offsets[i + 1])]);
}

Deno.test("TokenPlanner lists the texts of all columns, their tokens, and who uses each token", () => {
  const columns = [bagsOf([[7], [3, 3]]), bagsOf([[0, 7, 9], [2]])];
  const plan = new TokenPlanner(10).plan(columns, new BatchMemory());
  deepStrictEqual([plan.pairs, plan.texts, plan.uniqueCount], [2, 4, 5]);
  deepStrictEqual(textsOf(plan), [[7], [3, 3], [0, 7, 9], [2]]);
  deepStrictEqual(plan.inverseCounts, Float32Array.of(1, 1 / 2, 1 / 3, 1));
  deepStrictEqual(plan.unique, Int32Array.of(0, 2, 3, 7, 9));
  deepStrictEqual(plan.userOffsets, Int32Array.of(0, 1, 2, 4, 6, 7));
  deepStrictEqual(plan.users, Int32Array.of(2, 3, 1, 1, 0, 2, 2));
});

Deno.test("TokenPlanner: users are the transpose of the texts, for random batches on memory that is used again", () => {
  const random = new Random(3);
  const planner = new TokenPlanner(60);
  const memory = new BatchMemory({ shared: true });
  for (const pairs of [5, 200, 1, 400, 30]) {
    const text = (): number[] => Array.from({ length: 1 + random.below(6) }, () => random.below(60));
    const columns = [0, 1, 2].map(() => bagsOf(Array.from({ length: pairs }, text)));
    const plan = planner.plan(columns, memory);
    const expected: [number, number][] = [];
    textsOf(plan).forEach((ids, place) => ids.forEach((id) => expected.push([id, place])));
    const found: [number, number][] = [];
    for (let u = 0; u < plan.uniqueCount; u++) {
      for (const place of plan.users.subarray(plan.userOffsets[u], plan.userOffsets[u + 1])) {
        found.push([plan.unique[u], place]);
      }
    }
    deepStrictEqual(found, expected.sort(([a, x], [b, y]) => a - b || x - y));
  }
});

Deno.test("TokenPlanner takes bags that are a part of longer arrays", () => {
  const column = { ids: Int32Array.of(9, 9, 1, 2, 3, 9), offsets: Int32Array.of(2, 4, 5) };
  const plan = new TokenPlanner(10).plan([column, column], new BatchMemory());
  deepStrictEqual(textsOf(plan), [[1, 2], [3], [1, 2], [3]]);
});

Deno.test("TokenPlanner refuses a text without tokens and ids outside the table", () => {
  const plan = (texts: number[][]): TokenPlan =>
    new TokenPlanner(10).plan([bagsOf(texts)], new BatchMemory());
  throws(() => plan([[1], [], [2]]), {
    name: "RangeError",
    message: "Cannot pool: text 1 of the batch has no token; drop empty texts",
  });
  for (const id of [10, -1]) {
    throws(() => plan([[1], [id]]), {
      name: "RangeError",
      message: `Cannot pool: token id ${id} is outside the table of 10 rows; use the table's own tokenizer`,
    });
  }
});
