import { normalQuantile } from "./_distributions.ts";

/** Options of {@link itemsNeeded}. */
export interface ItemsNeededOptions {
  /** How many items the standard error rests on. */
  items: number;
  /**
   * How often a test should see the difference.
   * @default 0.8
   */
  power?: number;
  /**
   * How often a test may see a difference that is not there, both directions together.
   * @default 0.05
   */
  alpha?: number;
}

/**
 * How many paired items a test needs to see a difference as large as the observed one: Guenther's approximation of
 * the paired t test, `((z(1 - alpha / 2) + z(power)) sd / difference)^2 + z(1 - alpha / 2)^2 / 2`.
 *
 * Source: Guenther, Sample size formulas for normal theory t tests, The American Statistician, 1981.
 *
 * @param difference observed difference of two scores
 * @param standardError its standard error
 * @param options {@link ItemsNeededOptions}
 * @returns a whole number, or null where there is no difference or nothing varies: no number would do, or any
 */
export function itemsNeeded(
  difference: number,
  standardError: number,
  { items, power = 0.8, alpha = 0.05 }: ItemsNeededOptions,
): number | null {
  if (difference === 0 || !(standardError > 0)) return null;
  const z = normalQuantile(1 - alpha / 2);
  const deviation = standardError * Math.sqrt(items);
  return Math.ceil(((z + normalQuantile(power)) * deviation / difference) ** 2 + z * z / 2);
}
