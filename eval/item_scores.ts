import { pairClassificationMetrics, similarityMetrics } from "./pair_metrics.ts";
import type { Metrics } from "./score_rankings.ts";

/** Ways to compare the two vectors of a pair, in the reference's order. Distances are negative: larger is more alike. */
export const PAIR_MEASURES = ["cosine", "dot", "euclidean", "manhattan"] as const;

/** A way to compare the two vectors of a pair. */
export type PairMeasure = (typeof PAIR_MEASURES)[number];

/** What the items of a collection are: what an interval of confidence draws from. */
export interface CollectionItems {
  /** What one item is. */
  unit: "query" | "pair" | "triplet" | "text";
  /** Name of every item: the query's id, else its number. */
  ids: string[];
  /** Judgment or label of every pair; on similarity and pair classification. */
  gold?: number[];
}

/** Metrics that are means: a metric is the mean of its values. */
export interface MeanItems<Numbers extends ArrayLike<number> = number[]> {
  /** Tag of the union. */
  kind: "mean";
  /** Every such metric's value for every item; metrics that are the largest of others are not among them. */
  values: Record<string, Numbers>;
}

/** Metrics of pairs that are no means: correlations, and what depends on a threshold. */
export interface PairItems<Numbers extends ArrayLike<number> = number[]> {
  /** Tag of the union: which metrics are made of the similarities and the collection's `gold`. */
  kind: "similarity" | "pairClassification";
  /** Every measure's similarity for every pair. */
  similarities: Record<PairMeasure, Numbers>;
}

/** What the metrics of one size are made of, item by item, in the order of the collection's `items`. */
export type ItemScores<Numbers extends ArrayLike<number> = number[]> =
  | MeanItems<Numbers>
  | PairItems<Numbers>;

/** Items drawn from a collection, with or without repetition. */
export interface ItemSample {
  /** Numbers of the items. */
  items: ArrayLike<number>;
  /** The collection's `gold`, where it has one. */
  gold?: ArrayLike<number>;
}

/**
 * Scores as they would be if the collection consisted of the items of a sample.
 *
 * @param scores what the metrics of one size are made of
 * @param sample {@link ItemSample}
 * @param metric the one metric that is wanted; all of them without it
 * @returns scores by name, null where undefined
 */
export function sampleMetrics(
  scores: ItemScores<ArrayLike<number>>,
  { items, gold = [] }: ItemSample,
  metric?: string,
): Metrics {
  const drawn = (values: ArrayLike<number>): Float64Array =>
    Float64Array.from({ length: items.length }, (_, i) => values[items[i]]);
  if (scores.kind === "mean") {
    const wanted = metric === undefined ? Object.keys(scores.values) : [metric];
    return Object.fromEntries(wanted.map((name) => [name, meanOf(scores.values[name], items)]));
  }
  const measures = PAIR_MEASURES.filter((measure) =>
    metric === undefined || metric.includes(measure) || metric.includes("max")
  );
  const similarities = Object.fromEntries(
    measures.map((measure) => [measure, drawn(scores.similarities[measure])]),
  );
  const all = scores.kind === "similarity" ? similarityMetrics : pairClassificationMetrics;
  const metrics = all(similarities, drawn(gold));
  return metric === undefined ? metrics : { [metric]: metrics[metric] ?? null };
}

function meanOf(values: ArrayLike<number> | undefined, items: ArrayLike<number>): number | null {
  if (values === undefined || items.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < items.length; i++) sum += values[items[i]];
  return sum / items.length;
}
