/**
 * Adjusts the p values of several tests, so that with no difference anywhere only one family of tests in twenty (at
 * 5 %) finds one: Holm's step-down method. Of twenty tests one is below 5 % by chance alone.
 *
 * Source: Holm, A simple sequentially rejective multiple test procedure, 1979.
 *
 * @param values p values; null where a test was not possible, which does not count
 * @returns adjusted p values in the same order, at most 1
 */
export function holm(values: readonly (number | null)[]): (number | null)[] {
  const order = values.map((p, i) => ({ p, i })).filter((entry): entry is { p: number; i: number } =>
    entry.p !== null
  ).sort((a, b) => a.p - b.p);
  const adjusted: (number | null)[] = values.map(() => null);
  let least = 0;
  order.forEach(({ p, i }, rank) => {
    least = Math.min(1, Math.max(least, p * (order.length - rank)));
    adjusted[i] = least;
  });
  return adjusted;
}
