/** How often intervals of 95 % hold the true score: the promise of `intervals`, held over 1,000 simulated sets. */
import assert from "node:assert/strict";
import { Random } from "../data/mod.ts";
import { intervals, meanStatistic, spearmanStatistic, type Stratum } from "../eval/mod.ts";

const SETS = 1000;

/** Fewer draws than usual keep the test short; they cost a tenth of a percent of coverage. */
const RESAMPLES = 1000;

interface Scores {
  draw: (random: Random) => number;
  mean: number;
}

/** Scores of one query: normal; NDCG with 30 % zeros and 25 % ones; a hard set with 75 % zeros. */
const SCORES: Record<string, Scores> = {
  normal: { draw: (random) => random.normal(), mean: 0 },
  ndcg: { draw: (random) => mixed(random, 0.3, 0.25), mean: 0.25 + 0.45 * 0.5 },
  "hard ndcg": { draw: (random) => mixed(random, 0.75, 0.1), mean: 0.1 + 0.15 * 0.5 },
};

function mixed(random: Random, zeros: number, ones: number): number {
  const place = random.nextFloat();
  return place < zeros ? 0 : place < zeros + ones ? 1 : random.nextFloat();
}

function covered(truth: number, strata: (random: Random) => Stratum[]): number {
  const random = new Random(20);
  let held = 0;
  for (let set = 0; set < SETS; set++) {
    const [{ low, high }] = intervals(strata(random), { seed: set, resamples: RESAMPLES });
    if (low !== null && low <= truth && truth <= high!) held++;
  }
  return held / SETS;
}

function checkCoverage(share: number): void {
  // The standard error of a share of 1,000 is 0.7 %: 93 to 97 % is 95 % give or take three of them.
  assert.ok(share >= 0.93 && share <= 0.97, `the interval holds the true score in ${100 * share} % of cases`);
}

for (const [name, { draw, mean }] of Object.entries(SCORES)) {
  for (const items of [30, 50, 100]) {
    Deno.test(`intervals of a mean of ${items} ${name} scores hold what they promise`, () => {
      checkCoverage(covered(mean, (random) => {
        const values = Array.from({ length: items }, () => draw(random));
        return [{ items, statistics: [meanStatistic(values)] }];
      }));
    });
  }
}

Deno.test("intervals of a mean over 13 sets of 50 queries hold what they promise", () => {
  // Sets of different difficulty, as NanoBEIR's: the truth is the mean of their means.
  const kinds = Array.from({ length: 13 }, (_, i) => SCORES[i % 2 === 0 ? "ndcg" : "hard ndcg"]);
  const truth = kinds.reduce((sum, { mean }) => sum + mean, 0) / 13;
  checkCoverage(covered(truth, (random) =>
    kinds.map(({ draw }) => {
      const values = Array.from({ length: 50 }, () => draw(random));
      return { items: 50, statistics: [meanStatistic(values)] };
    })));
});

Deno.test("intervals of Spearman's correlation of 100 pairs hold what they promise", () => {
  // Of normal pairs with correlation r, Spearman's is (6 / pi) asin(r / 2).
  const r = 0.7;
  checkCoverage(covered(6 / Math.PI * Math.asin(r / 2), (random) => {
    const x = Array.from({ length: 100 }, () => random.normal());
    const y = x.map((value) => r * value + Math.sqrt(1 - r * r) * random.normal());
    return [{ items: 100, statistics: [spearmanStatistic(x, y)] }];
  }));
});
