/**
 * How sure a score is: intervals by the bootstrap, tests between two models on the same items, and how many items it
 * would take. Everything is seeded.
 *
 * @module
 */
export {
  type Bootstrap,
  bootstrap,
  type BootstrapOptions,
  combine,
  resample,
  type Resampled,
  type Stratum,
} from "./bootstrap.ts";
export { type Exchange, exchange, type ExchangeTask } from "./exchange.ts";
export { holm } from "./holm.ts";
export {
  type Interval,
  type IntervalExtent,
  intervalOf,
  type IntervalOptions,
  intervals,
} from "./interval.ts";
export { itemsNeeded, type ItemsNeededOptions } from "./items_needed.ts";
export { metricStatistic } from "./metric_statistic.ts";
export {
  bootstrapP,
  comparePaired,
  type ComparisonOptions,
  type PairedComparison,
  type PairedDifference,
  pairedDifference,
  type PairedScores,
} from "./paired_comparison.ts";
export { type PermutationOptions, type PermutationResult, permutationTest } from "./paired_permutation.ts";
export { type RepeatSpread, repeatSpread } from "./repeat_spread.ts";
export {
  averagePrecisionStatistic,
  meanStatistic,
  pearsonStatistic,
  spearmanStatistic,
  type Statistic,
} from "./statistic.ts";
