/** A rung of successive halving. */
export interface Rung {
  /** Share of a run's steps after which its settings are compared, 0 to 1. */
  share: number;
  /** How many settings go so far. */
  settings: number;
}

/** Options of {@linkcode planRungs}. */
export interface RungOptions {
  /**
   * Of so many settings one goes on, 2 or more.
   * @default 2
   */
  eta?: number;
  /**
   * How often settings are compared at most, the end not counted.
   * @default until one is left
   */
  rungs?: number;
}

/**
 * The rungs of successive halving: with 8 settings and eta 2 all go through 1/8 of their steps, the best 4 through 1/4,
 * 2 through 1/2 and one through all. Fewer rungs leave out the first ones, which compare after the fewest steps.
 *
 * Source: Jamieson and Talwalkar, Non-stochastic Best Arm Identification and Hyperparameter Optimization, 2016.
 *
 * @param settings how many there are, 1 or more
 * @param options {@linkcode RungOptions}
 * @returns the rungs, the last with share 1
 */
export function planRungs(settings: number, { eta = 2, rungs = Infinity }: RungOptions = {}): Rung[] {
  // A hair above, because the logarithm of a power may be a hair below a whole number.
  const most = Math.floor(Math.log(settings) / Math.log(eta) + 1e-9);
  const count = Math.min(most, rungs);
  return Array.from({ length: count + 1 }, (_, i) => ({
    share: 1 / eta ** (count - i),
    settings: Math.max(1, Math.floor(settings / eta ** i)),
  }));
}

/**
 * The settings that go on to the next rung.
 *
 * @param scores one a setting; null where it has none, because a run failed
 * @param count how many go on; fewer where fewer have a score
 * @returns their numbers, ascending; of equal scores the first go on
 */
export function survivors(scores: readonly (number | null)[], count: number): number[] {
  const ranked = scores.map((score, number) => ({ score, number })).filter(({ score }) => score !== null);
  ranked.sort((a, b) => b.score! - a.score! || a.number - b.number);
  return ranked.slice(0, count).map(({ number }) => number).sort((a, b) => a - b);
}
