import { numpyShuffle } from "./_numpy_shuffle.ts";

/** Options of {@link classificationDraws}. */
export interface DrawOptions {
  /**
   * Examples drawn of every label; all of a label that has fewer.
   * @default 8
   */
  samplesPerLabel?: number;
  /**
   * How many times examples are drawn.
   * @default 10
   */
  draws?: number;
  /**
   * Seed of all draws, 0 to 4,294,967,295.
   * @default 42
   */
  seed?: number;
}

/**
 * The examples that MTEB draws to train classifiers on: the rows are shuffled by NumPy's `RandomState(seed)`, the first
 * of each label are taken; the next draw shuffles the shuffled rows again with the same seed.
 *
 * @param labels label of every row
 * @param options {@link DrawOptions}
 * @returns for every draw the numbers of its rows
 */
export function classificationDraws(labels: readonly string[], options: DrawOptions = {}): number[][] {
  const { samplesPerLabel = 8, draws = 10, seed = 42 } = options;
  const order = labels.map((_, row) => row);
  return Array.from({ length: draws }, () => {
    numpyShuffle(order, seed);
    const taken = new Map<string, number>();
    return order.filter((row) => {
      const count = taken.get(labels[row]) ?? 0;
      if (count >= samplesPerLabel) return false;
      taken.set(labels[row], count + 1);
      return true;
    });
  });
}
