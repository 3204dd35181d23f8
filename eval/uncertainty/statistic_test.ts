import assert from "node:assert/strict";
import { averagePrecisionOf, bestAccuracy, pearson, spearman } from "../metrics/mod.ts";
import { metricStatistic } from "./metric_statistic.ts";
import {
  averagePrecisionStatistic,
  meanStatistic,
  pearsonStatistic,
  spearmanStatistic,
  type Statistic,
} from "./statistic.ts";

/** Float64 sums of a dozen numbers in another order. */
const TOLERANCE = 1e-12;

const X = [0.9, 0.1, 0.5, 0.5, 0.7, 0.2, 0.5];
const Y = [5, 1, 3, 2, 2, 1, 4];
const LABELS = [1, 0, 1, 0, 1, 0, 0];

/** Every draw is also written out: item i as often as its weight says. */
const DRAWS = [[1, 1, 1, 1, 1, 1, 1], [2, 0, 3, 0, 1, 0, 1], [0, 1, 0, 4, 1, 1, 0], [0, 0, 2, 2, 0, 3, 0]];

function written(values: readonly number[], weights: readonly number[]): number[] {
  return values.flatMap((value, i) => new Array<number>(weights[i]).fill(value));
}

function closeTo(found: number | null, expected: number | null): void {
  assert.ok(
    found !== null && expected !== null && Math.abs(found - expected) < TOLERANCE,
    `${found} ${expected}`,
  );
}

Deno.test("a statistic of weights is that of the drawn items written out", () => {
  const mean = (x: number[]): number => x.reduce((sum, value) => sum + value, 0) / x.length;
  for (const draw of DRAWS) {
    const [x, y, labels] = [X, Y, LABELS].map((values) => written(values, draw));
    const weights = Uint32Array.from(draw);
    closeTo(meanStatistic(X)(weights), mean(x));
    closeTo(pearsonStatistic(X, Y)(weights), pearson(x, y));
    closeTo(spearmanStatistic(X, Y)(weights), spearman(x, y));
    if (labels.includes(1)) {
      closeTo(averagePrecisionStatistic(X, LABELS)(weights), averagePrecisionOf(x, labels));
    }
  }
});

Deno.test("a statistic is undefined where the drawn items leave it so", () => {
  const same = Uint32Array.from([0, 0, 1, 1, 0, 0, 0]); // both have 0.5
  assert.equal(pearsonStatistic(X, Y)(same), null);
  assert.equal(spearmanStatistic(X, Y)(same), null);
  assert.equal(averagePrecisionStatistic(X, LABELS)(Uint32Array.from([0, 1, 0, 1, 0, 1, 0])), null);
  assert.equal(meanStatistic(X)(new Uint32Array(7)), null);
});

Deno.test("every metric of pairs has a statistic, the largest of several measures included", () => {
  const similarities = { cosine: X, dot: X, euclidean: X.map((x) => x - 1), manhattan: Y };
  const all = new Uint32Array(7).fill(1);
  const of = (kind: "similarity" | "pairClassification", metric: string): Statistic | null =>
    metricStatistic({ kind, similarities }, metric, kind === "similarity" ? Y : LABELS);
  closeTo(of("similarity", "spearman_cosine")!(all), spearman(X, Y));
  closeTo(of("similarity", "pearson_euclidean")!(all), pearson(X, Y));
  closeTo(of("similarity", "spearman_max")!(all), 1); // Manhattan is the judgment itself
  closeTo(of("pairClassification", "cosine_ap")!(all), averagePrecisionOf(X, LABELS));
  closeTo(of("pairClassification", "cosine_accuracy")!(all), bestAccuracy(X, LABELS).accuracy);
  assert.equal(metricStatistic({ kind: "mean", values: { accuracy: X } }, "max_accuracy"), null);
});
