import assert from "node:assert/strict";
import { inParallel } from "./_in_parallel.ts";

Deno.test("inParallel does some at a time in order, and begins no more after a failure", async () => {
  const begun: number[] = [];
  let [now, most] = [0, 0];
  const work = async (item: number): Promise<void> => {
    begun.push(item);
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 1));
    now--;
    if (item === 3) throw new RangeError("three");
  };
  await assert.rejects(inParallel([1, 2, 3, 4, 5, 6, 7, 8], 2, work), { message: "three" });
  assert.deepEqual(begun.slice(0, 4), [1, 2, 3, 4]);
  assert.ok(begun.length < 7 && most === 2, `${begun} ${most}`);
});
