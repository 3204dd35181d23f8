import type { PairMeasure } from "./item_scores.ts";
import {
  averagePrecisionOf,
  bestAccuracy,
  bestF1,
  isConstant,
  matthewsCorrelation,
  pearson,
  spearman,
} from "./metrics/mod.ts";
import type { Metrics } from "./score_rankings.ts";

/** The similarities of pairs by one measure or more. */
export type MeasuredPairs = Partial<Record<PairMeasure, ArrayLike<number>>>;

/**
 * Pearson's and Spearman's correlation of every measure with judgments, and the largest of each: the metrics of
 * Sentence Transformers' EmbeddingSimilarityEvaluator.
 *
 * @param similarities one number a pair, larger is more alike
 * @param judgments one number a pair
 * @returns `pearson_cosine`, `spearman_cosine`, ..., `pearson_max`, `spearman_max`; null where undefined
 */
export function similarityMetrics(similarities: MeasuredPairs, judgments: ArrayLike<number>): Metrics {
  const metrics: Metrics = {};
  for (const [measure, values] of Object.entries(similarities)) {
    metrics[`pearson_${measure}`] = pearson(values, judgments);
    metrics[`spearman_${measure}`] = spearman(values, judgments);
  }
  for (const name of ["pearson", "spearman"]) {
    metrics[`${name}_max`] = largest(
      Object.keys(similarities).map((measure) => metrics[`${name}_${measure}`]),
    );
  }
  return metrics;
}

/** Names of a measure's metrics, as the reference lists them. */
const CLASSIFIER_METRICS = [
  "accuracy",
  "accuracy_threshold",
  "f1",
  "f1_threshold",
  "precision",
  "recall",
  "ap",
  "mcc",
] as const;

/**
 * How well the similarity of pairs tells two labels apart, by every measure, and the largest of each: the metrics of
 * Sentence Transformers' BinaryClassificationEvaluator. Thresholds of distances are distances.
 *
 * @param similarities one number a pair, larger is more alike; distances are negative
 * @param labels 1 for pairs that belong together, 0 for others
 * @returns `cosine_accuracy`, `cosine_accuracy_threshold`, `cosine_f1`, ..., `max_mcc`; null where there is one label
 */
export function pairClassificationMetrics(similarities: MeasuredPairs, labels: ArrayLike<number>): Metrics {
  const metrics: Metrics = {};
  const undefinedAll = isConstant(labels);
  for (const [measure, values] of Object.entries(similarities)) {
    const own = undefinedAll ? undefined : metricsOf(measure, values, labels);
    for (const name of CLASSIFIER_METRICS) metrics[`${measure}_${name}`] = own?.[name] ?? null;
  }
  for (const name of CLASSIFIER_METRICS) {
    metrics[`max_${name}`] = largest(
      Object.keys(similarities).map((measure) => metrics[`${measure}_${name}`]),
    );
  }
  return metrics;
}

function metricsOf(
  measure: string,
  similarities: ArrayLike<number>,
  labels: ArrayLike<number>,
): Record<(typeof CLASSIFIER_METRICS)[number], number | null> {
  const isDistance = measure === "euclidean" || measure === "manhattan";
  // 0 - x and not -x: there is no -0 in JSON.
  const written = (threshold: number): number => isDistance ? 0 - threshold : threshold;
  const { accuracy, threshold } = bestAccuracy(similarities, labels);
  const best = bestF1(similarities, labels);
  return {
    accuracy,
    accuracy_threshold: written(threshold),
    f1: best.f1,
    f1_threshold: written(best.threshold),
    precision: best.precision,
    recall: best.recall,
    ap: averagePrecisionOf(similarities, labels),
    mcc: matthewsCorrelation(similarities, labels, best.threshold),
  };
}

function largest(values: readonly (number | null)[]): number | null {
  const there = values.filter((value) => value !== null);
  return there.length === 0 ? null : Math.max(...there);
}
