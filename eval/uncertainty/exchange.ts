import { type ItemScores, PAIR_MEASURES, type PairItems, sampleMetrics } from "../item_scores.ts";
import { averageRanks } from "../metrics/mod.ts";

/** A deviation below this share of the numbers' squares is rounding: all numbers are the same. */
const CONSTANT = 1e-12;

/** Two models' scores of the same items. */
export interface Exchange {
  /** How many items there are. */
  items: number;
  /**
   * The difference of the two scores, the second less the first, if the models had changed places on some items.
   *
   * @param flipped 1 for an item on which they change places, 0 for others
   */
  difference(flipped: Uint8Array): number | null;
  /**
   * Items on which both models score the same: changing places there changes nothing. Undefined where that is not
   * known item by item.
   */
  equal?: Uint8Array;
  /** Whether a difference takes so long that a tenth of the usual number has to do. */
  slow: boolean;
}

/** What is compared: the items' scores by two models, and the metric. */
export interface ExchangeTask {
  /** Scores by the first model. */
  first: ItemScores<ArrayLike<number>>;
  /** Scores of the same items by the second model. */
  second: ItemScores<ArrayLike<number>>;
  /** Name of the metric, as in the report. */
  metric: string;
  /** Judgment or label of every item, where the kind has them. */
  gold?: ArrayLike<number>;
}

/**
 * Lets two models change places item by item, which is what a permutation test does: if they are equally good, it
 * does not matter which one a score came from.
 *
 * Means change values. Correlations and classifiers of pairs change what they are made of, similarities: of two models
 * these may have different scales, so their ranks (for Pearson's correlation their standard scores) change places.
 *
 * @param task {@link ExchangeTask}
 * @returns null where the metric is not made of single items
 */
export function exchange({ first, second, metric, gold = [] }: ExchangeTask): Exchange | null {
  if (first.kind === "mean") {
    const [a, b] = [first, second].map((scores) =>
      scores.kind === "mean" ? scores.values[metric] : undefined
    );
    return a === undefined || b === undefined ? null : exchangeMeans(a, b);
  }
  if (second.kind !== first.kind) return null;
  const measure = PAIR_MEASURES.find((name) => metric.endsWith(`_${name}`));
  if (first.kind === "similarity" && measure !== undefined) {
    const scale = (values: ArrayLike<number>): Float64Array =>
      standardScores(metric.startsWith("spearman") ? averageRanks(values) : values);
    return exchangePairs(
      [first, second].map(({ similarities }) => scale(similarities[measure])),
      scale(gold),
    );
  }
  return exchangeDrawn([first, second], metric, gold);
}

function exchangeMeans(a: ArrayLike<number>, b: ArrayLike<number>): Exchange {
  const differences = Float64Array.from(a, (value, i) => b[i] - value);
  return {
    items: differences.length,
    equal: Uint8Array.from(differences, (value) => Number(value === 0)),
    slow: false,
    difference(flipped) {
      let sum = 0;
      for (let i = 0; i < differences.length; i++) sum += flipped[i] === 1 ? -differences[i] : differences[i];
      return sum / differences.length;
    },
  };
}

function exchangePairs([a, b]: readonly Float64Array[], gold: Float64Array): Exchange {
  const goldSquares = gold.reduce((sum, value) => sum + value * value, 0);
  const correlation = (sum: number, squares: number, products: number): number | null => {
    const deviation = squares - sum * sum / gold.length;
    return deviation <= CONSTANT * squares || goldSquares === 0
      ? null
      : products / Math.sqrt(deviation * goldSquares);
  };
  return {
    items: gold.length,
    slow: false,
    difference(flipped) {
      let left = 0, leftSquares = 0, leftProducts = 0, right = 0, rightSquares = 0, rightProducts = 0;
      for (let i = 0; i < gold.length; i++) {
        const [x, y] = flipped[i] === 1 ? [b[i], a[i]] : [a[i], b[i]];
        left += x, leftSquares += x * x, leftProducts += x * gold[i];
        right += y, rightSquares += y * y, rightProducts += y * gold[i];
      }
      return less(
        correlation(right, rightSquares, rightProducts),
        correlation(left, leftSquares, leftProducts),
      );
    },
  };
}

/** Any other metric of pairs, from the ranks of all measures. */
function exchangeDrawn(
  both: readonly PairItems<ArrayLike<number>>[],
  metric: string,
  gold: ArrayLike<number>,
): Exchange {
  const ranked = both.map(({ similarities }) =>
    PAIR_MEASURES.map((measure) => averageRanks(similarities[measure]))
  );
  const { kind } = both[0];
  const all = Array.from(gold, (_, item) => item);
  const score = (flipped: Uint8Array, side: number): number | null => {
    const similarities = Object.fromEntries(
      PAIR_MEASURES.map((measure, m) => [
        measure,
        ranked[side][m].map((rank, i) => flipped[i] === 1 ? ranked[1 - side][m][i] : rank),
      ]),
    ) as PairItems<Float64Array>["similarities"];
    return sampleMetrics({ kind, similarities }, { items: all, gold }, metric)[metric] ?? null;
  };
  return {
    items: gold.length,
    slow: true,
    difference: (flipped) => less(score(flipped, 1), score(flipped, 0)),
  };
}

function less(second: number | null, first: number | null): number | null {
  return second === null || first === null ? null : second - first;
}

/** Numbers with mean 0 and standard deviation 1; all 0 where they are the same. */
function standardScores(values: ArrayLike<number>): Float64Array {
  const numbers = Float64Array.from(values);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const deviation = Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length);
  return numbers.map((value) => deviation === 0 ? 0 : (value - mean) / deviation);
}
