import assert from "node:assert/strict";
import { Random } from "../../data/mod.ts";
import { studentQuantile } from "./_distributions.ts";
import { type Interval, type IntervalOptions, intervals } from "./interval.ts";
import { meanStatistic, spearmanStatistic } from "./statistic.ts";

function ofMean(values: readonly number[], options: IntervalOptions = {}): Interval {
  return intervals([{ items: values.length, statistics: [meanStatistic(values)] }], options)[0];
}

function normals(count: number, seed: number): number[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.normal());
}

Deno.test("distributions are those of the tables", () => {
  // Table values of Student's t have 4 digits.
  assert.ok(Math.abs(studentQuantile(0.975, 49) - 2.0096) < 5e-5);
  assert.ok(Math.abs(studentQuantile(0.975, 4) - 2.7764) < 5e-5);
});

Deno.test("on normal scores the interval of a mean is Student's", () => {
  const values = normals(200, 5);
  const mean = values.reduce((sum, value) => sum + value, 0) / 200;
  const error = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 199 / 200);
  const { value, low, high } = ofMean(values, { resamples: 20_000 });
  const reach = studentQuantile(0.975, 199) * error;
  assert.equal(value, mean);
  // Chance of 20,000 draws moves an end by 2 % of the half width, the sample's own skewness by as much.
  assert.ok(Math.abs(low! - (mean - reach)) < 0.05 * reach, `${low} ${mean - reach}`);
  assert.ok(Math.abs(high! - (mean + reach)) < 0.05 * reach, `${high} ${mean + reach}`);
});

Deno.test("the interval of a correlation is Fisher's on normal pairs", () => {
  const [x, noise] = [normals(300, 1), normals(300, 2)];
  const y = x.map((value, i) => 0.8 * value + 0.6 * noise[i]);
  const [found] = intervals([{ items: 300, statistics: [spearmanStatistic(x, y)] }]);
  const z = Math.atanh(found.value!);
  // Bonett and Wright (2000): the standard error of Spearman's z is sqrt((1 + r^2 / 2) / (n - 3)).
  const reach = 1.96 * Math.sqrt((1 + found.value! ** 2 / 2) / 297);
  const width = Math.tanh(z + reach) - Math.tanh(z - reach);
  // Both are approximations; one fifth apart would show a fault such as ranks that were not drawn anew.
  assert.ok(Math.abs(found.low! - Math.tanh(z - reach)) < 0.2 * width, `${found.low}`);
  assert.ok(Math.abs(found.high! - Math.tanh(z + reach)) < 0.2 * width, `${found.high}`);
});

Deno.test("the same seed gives the same interval, another seed another", () => {
  const values = normals(50, 3);
  assert.deepEqual(ofMean(values, { seed: 4 }), ofMean(values, { seed: 4 }));
  assert.notDeepEqual(ofMean(values, { seed: 4 }).low, ofMean(values, { seed: 5 }).low);
});

Deno.test("the mean of several sets has the interval of its strata, not of a pool", () => {
  // Two sets that differ by 10 and vary by 1: a pool would vary by 5.
  const [a, b] = [normals(100, 1), normals(100, 2).map((value) => value + 10)];
  const [{ value, low, high }] = intervals(
    [a, b].map((values) => ({ items: 100, statistics: [meanStatistic(values)] })),
  );
  assert.ok(value! > 4.8 && value! < 5.2);
  // Half width 1.97 x sqrt(1/100 + 1/100) / 2 = 0.139, up to the samples' own deviations.
  assert.ok(Math.abs((high! - low!) / 2 - 0.139) < 0.03, `${low} ${high}`);
});

Deno.test("what has no interval says so in words, without a NaN", () => {
  const cases: [Interval, string][] = [
    [ofMean([0.5], { unit: "query" }), "one query says nothing about others"],
    [ofMean([1, 1, 1], { unit: "query" }), "all 3 queries score the same"],
    [
      intervals([{ items: 3, statistics: [spearmanStatistic([1, 1, 1], [1, 2, 3])] }])[0],
      "undefined",
    ],
    [
      intervals([{ items: 3, statistics: [spearmanStatistic([1, 2, 2], [1, 2, 3])] }], { unit: "pair" })[0],
      "undefined in",
    ],
  ];
  for (const [found, note] of cases) {
    assert.ok(found.note?.startsWith(note), `${found.note} is not ${note}`);
    assert.deepEqual([found.low, found.high], [null, null]);
    assert.ok(found.value === null || Number.isFinite(found.value));
  }
  assert.equal(
    ofMean([0, 1, 0, 1], { unit: "triplet" }).note,
    "fewer than 30 triplets: the interval is a guess",
  );
});
