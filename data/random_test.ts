import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { fillNormal, Random } from "./mod.ts";

function draws(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.nextUint32());
}

Deno.test("Random gives the same numbers for the same seed, others for another", () => {
  deepStrictEqual(draws(new Random(12), 100), draws(new Random(12), 100));
  for (const other of [13, -12, 12 + 2 ** 32, 0]) {
    notDeepStrictEqual(draws(new Random(12), 4), draws(new Random(other), 4));
  }
});

Deno.test("Random never changes its numbers from one version to the next", () => {
  // Recorded at the first version: models are only reproducible while these hold.
  const random = new Random(12);
  deepStrictEqual(draws(random, 3), [1503252705, 1023153710, 317453546]);
  strictEqual(random.fork("rows").nextUint32(), 3893682073);
  strictEqual(new Random(12).normal(), 0.5700199983929307);
});

Deno.test("Random refuses a seed that is not a whole number", () => {
  for (const seed of [0.5, NaN, Infinity, 2 ** 60]) throws(() => new Random(seed), RangeError);
});

Deno.test("fork() depends on seed and label only", () => {
  const used = new Random(5);
  draws(used, 10);
  deepStrictEqual(draws(used.fork("a"), 4), draws(new Random(5).fork("a"), 4));
  const streams = ["a", "b", "1", 2, ""].map((label) => draws(new Random(5).fork(label), 2).join());
  strictEqual(new Set([...streams, draws(new Random(5), 2).join()]).size, 6);
});

Deno.test("below() is unbiased and stays below", () => {
  const random = new Random(1);
  for (const n of [1, 2, 3, 10]) {
    const counts = new Array<number>(n).fill(0);
    for (let i = 0; i < 10_000 * n; i++) counts[random.below(n)]++;
    // Standard deviation of a count is at most 100; five of them are exceeded once in 1.7 million counts.
    for (const count of counts) ok(Math.abs(count - 10_000) < 500, `${n}: ${counts}`);
  }
  for (const n of [0, -1, NaN, 2 ** 32 + 1]) throws(() => random.below(n), RangeError);
  ok(random.below(2 ** 32) < 2 ** 32);
});

Deno.test("shuffle() gives every order equally often", () => {
  const random = new Random(2);
  const counts = new Map<string, number>();
  for (let i = 0; i < 60_000; i++) {
    const order = Uint32Array.of(0, 1, 2);
    random.shuffle(order);
    counts.set(order.join(), (counts.get(order.join()) ?? 0) + 1);
  }
  strictEqual(counts.size, 6);
  // Standard deviation 91; see below().
  for (const count of counts.values()) ok(Math.abs(count - 10_000) < 456);
});

Deno.test("nextFloat() lies in [0, 1) with mean one half", () => {
  const random = new Random(3);
  let sum = 0;
  for (let i = 0; i < 100_000; i++) {
    const value = random.nextFloat();
    ok(value >= 0 && value < 1);
    sum += value;
  }
  // Standard deviation of the mean: 0.2887 / sqrt(100,000) = 0.0009; five of them.
  ok(Math.abs(sum / 100_000 - 0.5) < 0.0046);
});

/** Distribution function of the standard normal at a few places (NIST Handbook, table 1.3.6.7.1, and erfc). */
const NORMAL_BELOW = [[-3.7, 1.0780e-4], [-2, 0.0227501], [-1, 0.1586553], [-0.25, 0.4012937], [0, 0.5], [
  0.5,
  0.6914625,
], [
  1.5,
  0.9331928,
], [3, 0.9986501]];

Deno.test("fillNormal() draws from the standard normal distribution, tail included", () => {
  const values = new Float32Array(4_000_000);
  fillNormal(values, new Random(4));
  for (const [place, share] of NORMAL_BELOW) {
    let below = 0;
    for (const value of values) if (value < place) below++;
    // Five standard deviations of a binomial count.
    const tolerance = 5 * Math.sqrt(share * (1 - share) / values.length);
    ok(
      Math.abs(below / values.length - share) < tolerance,
      `${place}: ${below / values.length} is not ${share}`,
    );
  }
  ok(values.some((value) => value > 4.5) && values.some((value) => value < -4.5));
});

Deno.test("fillNormal() gives what normal() gives, rounded", () => {
  const [one, two] = [new Random(6), new Random(6)];
  const values = new Float32Array(1000);
  fillNormal(values, one);
  deepStrictEqual(values, Float32Array.from({ length: 1000 }, () => two.normal()));
});
