import type { Random } from "./random.ts";

/** How batches of several data sets follow each other; every batch is of one data set. */
export type Mixing = "proportional" | "roundRobin";

/**
 * Which data set each batch of an epoch comes from.
 *
 * - `proportional`: every data set occurs as often as it has batches, in random order.
 * - `roundRobin`: the data sets in turn, until the one with the fewest batches has given all of them.
 *
 * Reference: Sentence Transformers, `ProportionalBatchSampler` and `RoundRobinBatchSampler`.
 *
 * @param mixing the kind
 * @param batchCounts batches of every data set
 * @param random generator; it advances only for proportional mixing
 * @returns index of the data set of every batch
 */
export function mixBatches(mixing: Mixing, batchCounts: readonly number[], random: Random): Uint32Array {
  if (mixing === "roundRobin") {
    const rounds = Math.min(...batchCounts);
    return Uint32Array.from({ length: rounds * batchCounts.length }, (_, i) => i % batchCounts.length);
  }
  const order = Uint32Array.from(
    batchCounts.flatMap((count, dataset) => new Array<number>(count).fill(dataset)),
  );
  random.shuffle(order);
  return order;
}
