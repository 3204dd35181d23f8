import { type Bootstrap, bootstrap, type BootstrapOptions, type Stratum } from "./bootstrap.ts";
import { normalProbability, normalQuantile, studentQuantile } from "./_distributions.ts";

/** A score and where it may lie had there been other items of the same sort. */
export interface Interval {
  /** The score; null where it is undefined. */
  value: number | null;
  /** Lower end; null where there is no interval. */
  low: number | null;
  /** Upper end; null where there is no interval. */
  high: number | null;
  /** How many items it rests on. */
  items: number;
  /** Why there is no interval, or why it should be read with care. */
  note?: string;
}

/** Options of {@link intervals}. */
export interface IntervalOptions extends BootstrapOptions {
  /**
   * How often intervals should hold the true score.
   * @default 0.95
   */
  confidence?: number;
  /**
   * What an item is called in notes.
   * @default "item"
   */
  unit?: string;
}

/** From this number of items on intervals hold what they promise; see tests/interval_coverage_test.ts. */
const ENOUGH_ITEMS = 30;

/** Largest share of draws that may leave a score undefined. */
const UNDEFINED_DRAWS = 0.05;

/** Numbers that differ by less than this share of the score are rounding. */
const ROUNDING = 1e-12;

/**
 * Intervals of confidence by the bootstrap: bias-corrected and accelerated (BCa), widened for few items.
 *
 * BCa takes its ends from the draws, so it is skewed where the scores are; like all intervals from draws it is too
 * narrow for few items, by `sqrt((n - 1) / n)` and by the normal quantile standing for Student's. Both are made up
 * for, as Hesterberg proposes for the percentile interval: the normal quantile z becomes
 * `sqrt(n / (n - 1)) t(n - 1)`. Of six methods tried (docs/uncertainty.md) it kept nearest to 95 %, with misses on
 * both sides alike.
 *
 * Source: Efron, Better Bootstrap Confidence Intervals, 1987; Hesterberg, What Teachers Should Know About the
 * Bootstrap, 2015, section 5.3.
 *
 * @param strata what the scores are made of: one stratum, or one a collection for a mean over collections
 * @param options {@link IntervalOptions}
 * @returns one entry a statistic; never a number that is not finite
 */
export function intervals(strata: readonly Stratum[], options: IntervalOptions = {}): Interval[] {
  const items = strata.reduce((sum, stratum) => sum + stratum.items, 0);
  return bootstrap(strata, options).map((result) =>
    intervalOf(result, { items, strata: strata.length, ...options })
  );
}

/** What an interval rests on. */
export interface IntervalExtent extends Omit<IntervalOptions, "seed" | "resamples"> {
  /** How many items, all strata together. */
  items: number;
  /** How many strata. */
  strata: number;
  /**
   * The note where every draw gives the same score.
   * @default that all items score the same
   */
  alike?: string;
}

/**
 * The interval of one bootstrapped score.
 *
 * @param result draws of the score
 * @param extent {@link IntervalExtent}
 */
export function intervalOf(result: Bootstrap, extent: IntervalExtent): Interval {
  const { value, draws, resamples } = result;
  const { items, strata, unit = "item", alike = `all ${items} ${plural(unit)} score the same` } = extent;
  const none = (note: string): Interval => ({ value, low: null, high: null, items, note });
  if (value === null) return none("undefined");
  if (items <= strata) return none(`one ${unit} says nothing about others`);
  if (draws.length < (1 - UNDEFINED_DRAWS) * resamples) {
    return none(`undefined in ${resamples - draws.length} of ${resamples} draws of the ${plural(unit)}`);
  }
  if (draws[draws.length - 1] - draws[0] <= ROUNDING * Math.max(1, Math.abs(value))) {
    return none(alike);
  }
  const [low, high] = ends(result, value, extent);
  const few = `fewer than ${ENOUGH_ITEMS} ${plural(unit)}: the interval is a guess`;
  return { value, low, high, items, ...(items < ENOUGH_ITEMS ? { note: few } : {}) };
}

function ends({ draws, acceleration }: Bootstrap, value: number, extent: IntervalExtent): [number, number] {
  const { items, strata, confidence = 0.95 } = extent;
  const degrees = items - strata;
  const reach = Math.sqrt(items / degrees) * studentQuantile((1 + confidence) / 2, degrees);
  const bias = normalQuantile(shareBelow(draws, value));
  const probability = (z: number): number =>
    normalProbability(bias + (bias + z) / Math.max(0.1, 1 - acceleration * (bias + z)));
  return [quantile(draws, probability(-reach)), quantile(draws, probability(reach))];
}

/** The share of the draws below the score, draws equal to it counted half; never quite 0 or 1. */
function shareBelow(draws: Float64Array, value: number): number {
  const tolerance = ROUNDING * Math.max(1, Math.abs(value));
  let below = 0;
  for (const draw of draws) below += draw < value - tolerance ? 1 : draw <= value + tolerance ? 0.5 : 0;
  return Math.min(Math.max(below, 0.5), draws.length - 0.5) / draws.length;
}

/** A quantile of sorted numbers, by linear interpolation between neighbours (type 7 of Hyndman and Fan). */
function quantile(sorted: Float64Array, probability: number): number {
  const place = (sorted.length - 1) * probability;
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

function plural(unit: string): string {
  return unit.endsWith("y") ? `${unit.slice(0, -1)}ies` : `${unit}s`;
}
