import { byScore } from "../metrics/mod.ts";
import { type ItemScores, PAIR_MEASURES, type PairItems, sampleMetrics } from "../item_scores.ts";
import {
  averagePrecisionStatistic,
  meanStatistic,
  pearsonStatistic,
  spearmanStatistic,
  type Statistic,
} from "./statistic.ts";

/**
 * A metric of a report as a function of the drawn items.
 *
 * @param scores what the metrics of one size are made of
 * @param metric name of the metric, as in the report
 * @param gold judgment or label of every item, where the kind has them
 * @returns null where the metric is not made of single items
 */
export function metricStatistic(
  scores: ItemScores<ArrayLike<number>>,
  metric: string,
  gold: ArrayLike<number> = [],
): Statistic | null {
  if (scores.kind === "mean") {
    return Object.hasOwn(scores.values, metric) ? meanStatistic(scores.values[metric]) : null;
  }
  const measure = PAIR_MEASURES.find((name) => metric.includes(name));
  if (measure !== undefined) {
    const values = scores.similarities[measure];
    if (metric === `spearman_${measure}`) return spearmanStatistic(values, gold);
    if (metric === `pearson_${measure}`) return pearsonStatistic(values, gold);
    if (metric === `${measure}_ap`) return averagePrecisionStatistic(values, gold);
  }
  return drawnStatistic(scores, metric, gold);
}

/** Any other metric: the drawn pairs are written out, in the order of a similarity, so that sorting them is quick. */
function drawnStatistic(
  scores: PairItems<ArrayLike<number>>,
  metric: string,
  gold: ArrayLike<number>,
): Statistic {
  const order = byScore(scores.similarities[PAIR_MEASURES.find((name) => metric.includes(name)) ?? "cosine"]);
  return (weights) => {
    const items: number[] = [];
    for (const item of order) for (let i = 0; i < weights[item]; i++) items.push(item);
    return sampleMetrics(scores, { items, gold }, metric)[metric] ?? null;
  };
}
