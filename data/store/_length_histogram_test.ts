import { deepStrictEqual } from "node:assert/strict";
import { LengthHistogram } from "./_length_histogram.ts";

Deno.test("LengthHistogram gives mean, median, percentiles and the longest, also of very long texts", () => {
  const histogram = new LengthHistogram();
  for (let length = 1; length <= 98; length++) histogram.add(length);
  histogram.add(5000);
  histogram.add(1_000_000);
  const tokens = 98 * 99 / 2 + 1_005_000;
  const expected = { tokens, mean: tokens / 100, median: 50, p95: 95, p99: 5000, longest: 1_000_000 };
  deepStrictEqual(histogram.summary(), expected);
});

Deno.test("LengthHistogram without texts gives zeros", () => {
  const zeros = { tokens: 0, mean: 0, median: 0, p95: 0, p99: 0, longest: 0 };
  deepStrictEqual(new LengthHistogram().summary(), zeros);
});
