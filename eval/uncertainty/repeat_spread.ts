import { studentQuantile } from "./_distributions.ts";

/** What repetitions of a training, which differ in their seed alone, say of a number. */
export interface RepeatSpread {
  /** How many there are. */
  count: number;
  /** Their mean. */
  mean: number;
  /** Standard error of the mean; null for a single one. */
  standardError: number | null;
  /** Lower end of the mean's 95 % interval by Student's t; null for a single one. */
  low: number | null;
  /** Upper end; null for a single one. */
  high: number | null;
}

/**
 * The mean of a number over repetitions, with its standard error and its 95 % interval by Student's t.
 *
 * @param values one a repetition, at least one
 */
export function repeatSpread(values: readonly number[]): RepeatSpread {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { count, mean, standardError: null, low: null, high: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardError = Math.sqrt(squares / (count - 1) / count);
  const reach = studentQuantile(0.975, count - 1) * standardError;
  return { count, mean, standardError, low: mean - reach, high: mean + reach };
}
