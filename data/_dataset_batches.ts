import { noDuplicateBatches, type RowBatch } from "./no_duplicates.ts";
import type { Random } from "./random.ts";
import type { RowSource } from "./row_source.ts";
import { ShuffledParts } from "./shuffled_parts.ts";

/** How the rows of a data set are put into batches. */
export type BatchSampler = "noDuplicates" | "batch";

/** A batch of one data set. */
export interface DatasetBatch extends RowBatch {
  /** Pass over the data set, from 0. */
  pass: number;
  /** Rows that the pass left out; only with its last batch. */
  unusedRows?: number;
}

/** Options of {@linkcode datasetBatches}. */
export interface DatasetBatchesOptions {
  /** Rows a batch. */
  batchSize: number;
  /** How they are put together. */
  batchSampler: BatchSampler;
  /** Bytes of rows in memory at a time. */
  partBytes: number;
  /** Chooses the order; it is forked for every pass. */
  random: Random;
}

/**
 * The batches of a data set, pass after pass without end. A pass over n rows has ceil(n / batchSize) batches; rows that
 * duplicates hold back for longer go unused in it. Should a pass run out of rows before (if rows were given up, see
 * {@linkcode noDuplicateBatches}), it begins again with another order.
 *
 * @param from batches that are passed over
 */
export function* datasetBatches(
  source: RowSource,
  options: DatasetBatchesOptions,
  from: number,
): Generator<DatasetBatch> {
  const count = Math.ceil(source.rowCount / options.batchSize);
  let first = from % count;
  for (let pass = Math.floor(from / count);; pass++) {
    const random = options.random.fork(pass);
    // What follows from row numbers alone is reached without reading the rows before.
    const skipped = options.batchSampler === "batch" ? first : 0;
    let unusedRows = source.rowCount - skipped * options.batchSize;
    let number = skipped;
    for (const batch of passBatches(source, { ...options, random }, skipped)) {
      unusedRows = Math.max(0, unusedRows - batch.rows.length);
      number++;
      if (number > first) yield number < count ? { ...batch, pass } : { ...batch, pass, unusedRows };
      if (number === count) break;
    }
    first = 0;
  }
}

/** The batches of one pass, as many as are asked for. */
function* passBatches(
  source: RowSource,
  { batchSize, batchSampler, partBytes, random }: DatasetBatchesOptions,
  skipped: number,
): Generator<RowBatch> {
  for (let round = 0;; round++) {
    const parts = new ShuffledParts(source, { partBytes, random: random.fork(`round ${round}`) });
    const waitingLimit = parts.count === 1 ? undefined : Math.ceil(source.rowCount / parts.count / 4);
    if (batchSampler === "noDuplicates") yield* noDuplicateBatches(parts, { batchSize, waitingLimit });
    else yield* consecutiveBatches(parts, batchSize, skipped * batchSize);
  }
}

/** Batches of rows as they come. */
function* consecutiveBatches(
  parts: ShuffledParts,
  batchSize: number,
  skippedRows: number,
): Generator<RowBatch> {
  let next = parts.skip(skippedRows);
  let kept = new Uint32Array();
  while (parts.hasNext) {
    const { window, order } = parts.next(kept);
    // The rows kept from the part before are the first ones of the window.
    const rows = new Uint32Array(kept.length + order.length - next);
    for (let i = 0; i < kept.length; i++) rows[i] = i;
    rows.set(order.subarray(next), kept.length);
    next = 0;
    let at = 0;
    for (; at + batchSize <= rows.length; at += batchSize) {
      yield { window, rows: rows.subarray(at, at + batchSize) };
    }
    kept = rows.slice(at);
    if (!parts.hasNext && kept.length > 0) yield { window, rows: kept };
  }
}
