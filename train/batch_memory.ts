import { type Graph, type GraphMemory, peakBytes } from "../graph/mod.ts";
import { segmentExtents } from "./segment_sum.ts";

/** What the memory of a batch depends on. */
export interface BatchExtents {
  /** Rows of the batch. */
  pairs: number;
  /** Texts: rows times columns. */
  texts: number;
  /** Distinct tokens. */
  used: number;
  /** int64: `sizes` of the plan of the texts. */
  pool: BigInt64Array;
  /** int64: `sizes` of the plan of the distinct tokens. */
  scatter: BigInt64Array;
}

/**
 * The extents that a training graph gives names to, for a batch.
 *
 * @param share part of the batch: 0.5 stands for one with half as many rows of the same kind
 */
export function batchExtents({ pool, scatter, ...counts }: BatchExtents, share = 1): Record<string, number> {
  const extents = {
    ...counts,
    ...segmentExtents("pool_indices", pool),
    ...segmentExtents("scatter_indices", scatter),
  };
  const scaled = Object.entries(extents).map(([name, extent]) => [name, Math.ceil(extent * share)]);
  return Object.fromEntries(scaled);
}

/**
 * What a batch takes of a device's memory beside the tables, read off its training graph: every result is there from the
 * operation that gives it to the last that reads it. Gathered rows, texts and distinct tokens grow with the rows of a
 * batch, the matrices of scores with their square.
 *
 * @param share part of the batch
 */
export function batchMemory(graph: Graph, extents: BatchExtents, share = 1): GraphMemory {
  return peakBytes(graph, batchExtents(extents, share));
}

/**
 * The largest batch of the same kind whose results fit.
 *
 * @param room bytes that there are for them
 * @returns rows, the largest power of two that fits; 0 if not even one does
 */
export function fittingPairs(graph: Graph, extents: BatchExtents, room: number): number {
  let [fits, exceeds] = [0, extents.pairs];
  while (exceeds - fits > 1) {
    const middle = Math.floor((fits + exceeds) / 2);
    if (batchMemory(graph, extents, middle / extents.pairs).peak <= room) fits = middle;
    else exceeds = middle;
  }
  return fits === 0 ? 0 : 2 ** Math.floor(Math.log2(fits));
}
