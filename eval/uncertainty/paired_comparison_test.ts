import assert from "node:assert/strict";
import { Random } from "../../data/mod.ts";
import type { MeanItems, PairItems } from "../item_scores.ts";
import { exchange } from "./exchange.ts";
import { holm } from "./holm.ts";
import { itemsNeeded } from "./items_needed.ts";
import { comparePaired, type PairedComparison, pairedDifference } from "./paired_comparison.ts";
import { permutationTest } from "./paired_permutation.ts";

function means(values: number[]): MeanItems {
  return { kind: "mean", values: { ndcg: values } };
}

/** p of two lists of scores. */
function pOf(first: number[], second: number[], permutations?: number): ReturnType<typeof permutationTest> {
  const both = exchange({ first: means(first), second: means(second), metric: "ndcg" });
  return permutationTest([both!], { permutations });
}

Deno.test("the permutation test counts all changes of places where they are few", () => {
  // Differences 3, 2, 1: of 8 signs only +++ and --- reach 6 in size.
  assert.deepEqual(pOf([0, 0, 0], [3, 2, 1]), { p: 2 / 8, exact: true });
  // Differences 3, 2, -1, sum 4: of 8 signs ++-, +++ and their opposites reach it.
  assert.deepEqual(pOf([0, 0, 1], [3, 2, 0]), { p: 4 / 8, exact: true });
  // Equal scores do not matter: still 2 of 8.
  assert.deepEqual(pOf([0, 5, 0, 5, 0], [3, 5, 2, 5, 1]), { p: 2 / 8, exact: true });
  assert.deepEqual(pOf([1, 2], [1, 2]), { p: 1, exact: true });
});

Deno.test("drawn permutations come near the exact share", () => {
  const differences = Array.from({ length: 12 }, (_, i) => i - 3.5);
  const zeros = differences.map(() => 0);
  const exact = pOf(zeros, differences);
  const drawn = pOf(zeros, differences, 4095);
  assert.ok(exact.exact && !drawn.exact);
  // The standard error of a share of 4,095 draws is at most 0.008.
  assert.ok(Math.abs(exact.p! - drawn.p!) < 0.032, `${exact.p} ${drawn.p}`);
});

Deno.test("under no difference p is below 5 % in one of twenty comparisons", () => {
  const random = new Random(8);
  let found = 0;
  const times = 400;
  for (let time = 0; time < times; time++) {
    const draw = (): number[] => Array.from({ length: 25 }, () => Math.max(0, random.normal()));
    if (pOf(draw(), draw(), 400).p! < 0.05) found++;
  }
  // 20 expected, standard deviation 4.4: within three of them.
  assert.ok(found >= 7 && found <= 33, `${found} of ${times}`);
});

Deno.test("models of different scales change ranks, so that only the order counts", () => {
  const random = new Random(2);
  const gold = Array.from({ length: 60 }, () => random.normal());
  const pairs = (noise: number, scale: number): PairItems => {
    const cosine = gold.map((value) => scale * (value + noise * random.normal()));
    return {
      kind: "similarity",
      similarities: { cosine, dot: cosine, euclidean: cosine, manhattan: cosine },
    };
  };
  const [near, far] = [pairs(0.2, 1), pairs(3, 1)];
  const scaled: PairItems = { ...near, similarities: { ...near.similarities } };
  scaled.similarities.cosine = near.similarities.cosine.map((value) => 100 * value - 7);
  const p = (first: PairItems, second: PairItems, metric: string): number =>
    permutationTest([exchange({ first, second, metric, gold })!]).p!;
  assert.equal(p(near, scaled, "spearman_cosine"), 1);
  assert.equal(p(near, scaled, "pearson_cosine"), 1);
  assert.ok(p(near, far, "spearman_cosine") < 0.001);
  assert.ok(p(near, far, "pearson_cosine") < 0.001);
  assert.ok(p(near, far, "spearman_max") < 0.01); // no measure of its own: sampled anew, a tenth as often
});

Deno.test("the number of items needed is that of power tables", () => {
  // R: power.t.test(delta = 0.5, sd = 1, power = 0.8, type = "paired") gives n = 33.4.
  assert.equal(itemsNeeded(0.5, 1 / Math.sqrt(50), { items: 50 }), 34);
  // R: power.t.test(delta = 0.02, sd = 0.3, power = 0.8, type = "paired") gives n = 1768.0.
  assert.ok(Math.abs(itemsNeeded(-0.02, 0.3 / Math.sqrt(50), { items: 50 })! - 1768) <= 1);
  assert.equal(itemsNeeded(0, 0.1, { items: 50 }), null);
  assert.equal(itemsNeeded(0.1, 0, { items: 50 }), null);
});

Deno.test("with the number of items needed, the permutation test sees the difference in 80 of 100 cases", () => {
  const random = new Random(3);
  const items = itemsNeeded(0.3, 1, { items: 1 })!;
  const zeros = new Array<number>(items).fill(0);
  let seen = 0;
  const times = 300;
  for (let time = 0; time < times; time++) {
    if (pOf(zeros, zeros.map(() => 0.3 + random.normal()), 400).p! < 0.05) seen++;
  }
  // 240 expected, standard deviation 7: within three of them.
  assert.ok(seen >= 219 && seen <= 261, `${seen} of ${times} with ${items} items`);
});

Deno.test("Holm multiplies the smallest p by the number of tests and never lets a larger one fall below", () => {
  const rounded = holm([0.01, 0.04, null, 0.03, 0.9]).map((p) => p === null ? null : Number(p.toFixed(12)));
  assert.deepEqual(rounded, [0.04, 0.09, null, 0.09, 0.9]);
});

Deno.test("a comparison agrees with itself: interval, both p values, and how many queries it takes", () => {
  const random = new Random(6);
  const first = Array.from({ length: 50 }, () => random.nextFloat());
  const better = first.map((value) => value + 0.2 + 0.1 * random.normal());
  const compared = (second: number[], metric: string): PairedComparison | null => {
    const paired = pairedDifference({
      name: "set",
      items: 50,
      first: means(first),
      second: means(second),
      metric,
    });
    return paired && comparePaired([paired], { unit: "query" });
  };
  const { difference, p, bootstrapP, itemsNeeded } = compared(better, "ndcg")!;
  assert.ok(difference.low! > 0.1 && difference.low! < difference.value! && difference.high! < 0.3);
  assert.ok(p! < 0.001 && bootstrapP! < 0.002, `${p} ${bootstrapP}`);
  assert.ok(itemsNeeded! <= 10, `${itemsNeeded}`);
  const same = compared(first, "ndcg")!;
  assert.equal(same.difference.note, "the difference is the same on every query");
  assert.deepEqual([same.difference.value, same.p, same.bootstrapP, same.itemsNeeded], [0, 1, 1, null]);
  assert.equal(compared(first, "map"), null);
});
