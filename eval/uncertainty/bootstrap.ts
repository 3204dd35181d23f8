import { Random } from "../../data/mod.ts";
import { jackknifeShares } from "./_jackknife.ts";
import type { Statistic } from "./statistic.ts";

/** Items that are drawn from, and the scores that are taken of every draw. */
export interface Stratum {
  /** How many items there are. */
  items: number;
  /** Scores of the items, all of the same draws. */
  statistics: readonly Statistic[];
  /**
   * What the draws are of, such as the collection's name: strata of different names are drawn independently, and one
   * name is drawn the same each time.
   * @default the stratum's number
   */
  name?: string;
}

/** Options of {@link bootstrap}. */
export interface BootstrapOptions {
  /**
   * Seed of the draws: the same seed gives the same numbers.
   * @default 0
   */
  seed?: number;
  /**
   * How often the items are drawn anew.
   * @default 2000
   */
  resamples?: number;
}

/** What one score of one stratum does when its items are drawn anew. */
export interface Resampled {
  /** The score of the items as they are; null where it is undefined. */
  value: number | null;
  /** The score of every draw, in the order of the draws; NaN where it is undefined. */
  draws: Float64Array;
  /** What single items, or groups of them, contribute to the score, by the jackknife. */
  shares: Float64Array;
}

/** What a score does when the items are drawn anew. */
export interface Bootstrap {
  /** The score of the items as they are; null where it is undefined. */
  value: number | null;
  /** The score of every draw, ascending; draws in which it is undefined are left out. */
  draws: Float64Array;
  /** How many draws there were, the undefined ones included. */
  resamples: number;
  /** Standard error by the jackknife; for a mean the standard deviation divided by the root of the number of items. */
  standardError: number;
  /** Acceleration of BCa by the jackknife: how far the standard error grows with the score. */
  acceleration: number;
}

/** Draws if nothing else is asked for: the ends of a 95 % interval are then within 6 % of its half width. */
const RESAMPLES = 2000;

/**
 * Draws the items of every stratum anew, with repetition, and scores every draw; a score is the mean of its values in
 * the strata. One stratum is the ordinary bootstrap, one a collection gives that of a mean over collections.
 *
 * Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapters 6, 8 and 11.
 *
 * @param strata all with the same number of statistics; at least one item each
 * @param options {@link BootstrapOptions}
 * @returns one entry a statistic
 */
export function bootstrap(strata: readonly Stratum[], options: BootstrapOptions = {}): Bootstrap[] {
  const parts = strata.map((stratum, number) => resample({ name: String(number), ...stratum }, options));
  return strata[0].statistics.map((_, s) => combine(parts.map((part) => part[s])));
}

/**
 * Draws the items of one stratum anew and scores every draw.
 *
 * @param stratum at least one item
 * @param options {@link BootstrapOptions}
 * @returns one entry a statistic
 */
export function resample(stratum: Stratum, options: BootstrapOptions = {}): Resampled[] {
  const { items, statistics, name = "" } = stratum;
  const { seed = 0, resamples = RESAMPLES } = options;
  const random = new Random(seed).fork(`bootstrap ${name}`);
  const weights = new Uint32Array(items);
  const draws = statistics.map(() => new Float64Array(resamples));
  for (let draw = 0; draw < resamples; draw++) {
    weights.fill(0);
    for (let i = 0; i < items; i++) weights[random.below(items)]++;
    statistics.forEach((statistic, s) => draws[s][draw] = statistic(weights) ?? NaN);
  }
  weights.fill(1);
  return statistics.map((statistic, s) => ({
    value: statistic(weights),
    draws: draws[s],
    shares: jackknifeShares(items, statistic),
  }));
}

/**
 * The mean of a score over strata that were drawn independently.
 *
 * @param parts one entry a stratum, all of as many draws
 */
export function combine(parts: readonly Resampled[]): Bootstrap {
  const { length } = parts[0].draws;
  const draws = new Float64Array(length);
  for (const part of parts) part.draws.forEach((score, draw) => draws[draw] += score / parts.length);
  const values = parts.map(({ value }) => value).filter((value) => value !== null);
  let variance = 0, squares = 0, cubes = 0;
  for (const { shares } of parts) {
    const correction = shares.length > 1 ? shares.length / (shares.length - 1) : 0;
    for (const share of shares) {
      squares += (share / parts.length) ** 2;
      cubes += (share / parts.length) ** 3;
      variance += (share / parts.length) ** 2 * correction;
    }
  }
  return {
    value: values.length < parts.length ? null : values.reduce((sum, value) => sum + value, 0) / parts.length,
    draws: draws.filter((score) => !Number.isNaN(score)).sort(),
    resamples: length,
    standardError: Math.sqrt(variance),
    acceleration: squares > 0 ? cubes / (6 * squares ** 1.5) : 0,
  };
}
