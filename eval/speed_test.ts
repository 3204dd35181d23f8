import assert from "node:assert/strict";
import { measureSpeed, spread } from "./speed.ts";

Deno.test("measureSpeed takes medians over runs, sizes in turns, the first run left out", async () => {
  let now = 0;
  const calls: [number, number][] = [];
  const report = await measureSpeed({
    // A text costs as many milliseconds as it has columns; the very first run ten times that.
    encode: (texts, size) => {
      now += texts.length * size * (calls.length === 0 ? 10 : 1);
      if (texts.length > 1) calls.push([texts.length, size]);
      return Promise.resolve();
    },
    texts: ["a", "b", "c", "d"],
    sizes: [2, 5],
    tokens: 12,
  }, { clock: () => now, repeats: 3 });
  assert.deepEqual(calls, [[4, 2], [4, 5], [4, 2], [4, 5], [4, 2], [4, 5], [4, 2], [4, 5]]);
  const all = (value: number): object => ({ median: value, low: value, high: value });
  assert.deepEqual(report.sizes, [
    { size: 2, textsPerSecond: all(500), tokensPerSecond: all(1500), textMilliseconds: all(2) },
    { size: 5, textsPerSecond: all(200), tokensPerSecond: all(600), textMilliseconds: all(5) },
  ]);
  assert.deepEqual([report.texts, report.tokens, report.repeats], [4, 12, 3]);
});

Deno.test("spread: median of an odd and an even number of runs", () => {
  assert.deepEqual(spread([3, 9, 1]), { median: 3, low: 1, high: 9 });
  assert.deepEqual(spread([4, 1]), { median: 2.5, low: 1, high: 4 });
});

Deno.test("measureSpeed refuses no texts", async () => {
  await assert.rejects(
    measureSpeed({ encode: () => Promise.resolve(), texts: [], sizes: [1] }, { clock: () => 0 }),
    {
      name: "RangeError",
      message: "Cannot measure speed: 0 texts in 7 runs; give at least one text and one run",
    },
  );
});
