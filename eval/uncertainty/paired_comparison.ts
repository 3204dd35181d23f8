import type { ItemScores } from "../item_scores.ts";
import { type Bootstrap, type BootstrapOptions, combine, resample, type Resampled } from "./bootstrap.ts";
import { type Exchange, exchange } from "./exchange.ts";
import { type Interval, intervalOf } from "./interval.ts";
import { itemsNeeded } from "./items_needed.ts";
import { metricStatistic } from "./metric_statistic.ts";
import { type PermutationOptions, permutationTest } from "./paired_permutation.ts";
import type { Statistic } from "./statistic.ts";

/** Two models' scores of the items of one collection. */
export interface PairedScores {
  /** Name of the collection; collections of different names are drawn independently. */
  name: string;
  /** How many items there are. */
  items: number;
  /** Scores by the first model. */
  first: ItemScores<ArrayLike<number>>;
  /** Scores of the same items by the second model. */
  second: ItemScores<ArrayLike<number>>;
  /** Name of the metric, as in the report. */
  metric: string;
  /**
   * Name of the first model's metric, where it has another (a baseline's `bm25_ndcg@10`).
   * @default metric
   */
  firstMetric?: string;
  /** Judgment or label of every item, where the kind has them. */
  gold?: ArrayLike<number>;
}

/** The difference of two models on one collection: drawn anew, and with models changing places. */
export interface PairedDifference {
  /** How many items there are. */
  items: number;
  /** The difference in draws of the items. */
  resampled: Resampled;
  /** The difference when the models change places. */
  exchange: Exchange;
}

/** Options of {@link comparePaired}. */
export interface ComparisonOptions extends PermutationOptions {
  /**
   * What an item is called in notes.
   * @default "item"
   */
  unit?: string;
}

/** What the comparison of two models on the same items found. */
export interface PairedComparison {
  /** The second model's score less the first's, with its 95 % interval. */
  difference: Interval;
  /** p value of the permutation test, both directions; null where undefined. */
  p: number | null;
  /** p value of the paired bootstrap, both directions; null where undefined. */
  bootstrapP: number | null;
  /** Items that a test needs to see this difference in 80 of 100 cases at 5 %; null where no number would do. */
  itemsNeeded: number | null;
}

/**
 * The difference of two models on one collection, ready to be compared alone or as part of a mean.
 *
 * @param scores {@link PairedScores}
 * @param options {@link BootstrapOptions}
 * @returns null where the metric is not made of single items
 */
export function pairedDifference(
  scores: PairedScores,
  options: BootstrapOptions = {},
): PairedDifference | null {
  const { name, items, first, second, metric, firstMetric = metric, gold } = scores;
  const statistic = differenceOf(
    metricStatistic(first, firstMetric, gold),
    metricStatistic(second, metric, gold),
  );
  const exchanged = exchange({ first: renamed(first, firstMetric, metric), second, metric, gold });
  if (statistic === null || exchanged === null) return null;
  const [resampled] = resample({ name, items, statistics: [statistic] }, options);
  return { items, resampled, exchange: exchanged };
}

/**
 * Compares two models on the same items: the paired bootstrap gives the interval of the difference, the permutation
 * test tells whether it is more than chance.
 *
 * @param strata one a collection; the difference is the mean over them
 * @param options {@link ComparisonOptions}
 */
export function comparePaired(
  strata: readonly PairedDifference[],
  options: ComparisonOptions = {},
): PairedComparison {
  const { unit = "item" } = options;
  const items = strata.reduce((sum, stratum) => sum + stratum.items, 0);
  const result = combine(strata.map(({ resampled }) => resampled));
  const { p } = permutationTest(strata.map(({ exchange }) => exchange), options);
  const alike = `the difference is the same on every ${unit}`;
  return {
    difference: intervalOf(result, { items, strata: strata.length, unit, alike }),
    p,
    bootstrapP: bootstrapP(result),
    itemsNeeded: result.value === null ? null : itemsNeeded(result.value, result.standardError, { items }),
  };
}

function differenceOf(first: Statistic | null, second: Statistic | null): Statistic | null {
  if (first === null || second === null) return null;
  return (weights) => {
    const [a, b] = [first(weights), second(weights)];
    return a === null || b === null ? null : b - a;
  };
}

/** Gives the first model's metric the name of the second's. */
function renamed(
  scores: ItemScores<ArrayLike<number>>,
  from: string,
  to: string,
): ItemScores<ArrayLike<number>> {
  if (from === to || scores.kind !== "mean") return scores;
  return { kind: "mean", values: { [to]: scores.values[from] } };
}

/**
 * The paired bootstrap's p value of a difference, both directions: twice the share of draws on the rarer side of 0, the
 * observed score counted on it.
 *
 * @param result draws of the difference
 * @returns null where it is undefined
 */
export function bootstrapP({ value, draws }: Bootstrap): number | null {
  if (value === null || draws.length === 0) return null;
  let [below, above] = [1, 1];
  for (const draw of draws) {
    if (draw <= 0) below++;
    if (draw >= 0) above++;
  }
  return Math.min(1, 2 * Math.min(below, above) / (draws.length + 1));
}
