import type { Random } from "./random.ts";

/** Data sets by weight and size. */
export interface WeightedMixing {
  /** Which mixing this is. */
  kind: "weighted";
  /**
   * Above 0. With 1 data sets occur by their size, the higher the more alike, and without end equally often.
   *
   * @default 1
   */
  temperature?: number;
}

/** How batches of several data sets follow each other; every batch is of one data set. */
export type Mixing = "proportional" | "roundRobin" | WeightedMixing;

/** What mixing needs to know of a data set. */
export interface MixedDataset {
  /** Rows. */
  readonly rowCount: number;
  /** Batches that all rows make. */
  readonly batchCount: number;
  /** Factor of its share in weighted mixing, above 0. */
  readonly weight: number;
}

/**
 * How many batches every data set gives in an epoch.
 *
 * - `proportional`: all of its batches.
 * - `roundRobin`: as many as the data set with the fewest has.
 * - `weighted`: of as many batches as all data sets have together, the share weight x rows^(1 / temperature) / (sum of the
 *   same over all data sets), rounded by the largest remainders, but at least one.
 *
 * Reference: Sentence Transformers, `ProportionalBatchSampler` and `RoundRobinBatchSampler`; temperature as in Arivazhagan
 * et al. 2019, "Massively Multilingual Neural Machine Translation in the Wild", section 4.2.
 */
export function batchesPerEpoch(mixing: Mixing, datasets: readonly MixedDataset[]): Uint32Array {
  const counts = Uint32Array.from(datasets, ({ batchCount }) => batchCount);
  if (mixing === "proportional") return counts;
  if (mixing === "roundRobin") return counts.fill(Math.min(...counts));
  const { temperature = 1 } = mixing;
  const shares = weightedShares(datasets, temperature);
  const sum = shares.reduce((a, b) => a + b);
  const total = counts.reduce((a, b) => a + b);
  const exact = shares.map((share) => total * share / sum);
  const rounded = Uint32Array.from(exact, (batches) => Math.max(1, Math.floor(batches)));
  const byRemainder = exact.map((batches, i) => [batches - rounded[i], i]).sort(([a], [b]) => b - a);
  const left = total - rounded.reduce((a, b) => a + b);
  for (const [, dataset] of byRemainder.slice(0, Math.max(0, left))) rounded[dataset]++;
  return rounded;
}

/** Shares in proportion, the largest 1. By logarithms: the powers themselves may be beyond all numbers. */
function weightedShares(datasets: readonly MixedDataset[], temperature: number): number[] {
  const most = Math.max(...datasets.map(({ rowCount }) => rowCount));
  const logarithms = datasets.map(({ rowCount, weight }) =>
    Math.log(weight) + Math.log(rowCount / most) / temperature
  );
  const largest = Math.max(...logarithms);
  return logarithms.map((logarithm) => Math.exp(logarithm - largest));
}

/**
 * Which data set each batch of an epoch comes from: in turn for `roundRobin`, else in random order, every order equally
 * likely.
 *
 * @param mixing the kind
 * @param counts batches of every data set in an epoch (see {@linkcode batchesPerEpoch})
 * @param random generator; it advances but for `roundRobin`
 * @returns index of the data set of every batch
 */
export function mixBatches(mixing: Mixing, counts: Uint32Array, random: Random): Uint32Array {
  const order = new Uint32Array(counts.reduce((a, b) => a + b, 0));
  if (mixing === "roundRobin") return order.map((_, i) => i % counts.length);
  let end = 0;
  counts.forEach((count, dataset) => order.fill(dataset, end, end += count));
  random.shuffle(order);
  return order;
}
