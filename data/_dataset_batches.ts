import { noDuplicateBatches, type RowBatch } from "./no_duplicates.ts";
import type { Pace } from "./_pace.ts";
import { pacedBatches } from "./_paced_batches.ts";
import type { Random } from "./random.ts";
import type { RankedSource, RowSource } from "./row_source.ts";
import { ShuffledParts } from "./shuffled_parts.ts";

/** How the rows of a data set are put into batches. */
export type BatchSampler = "noDuplicates" | "batch";

/** A batch of one data set. */
export interface DatasetBatch extends RowBatch {
  /** Pass over the data set, from 0. */
  pass: number;
  /** Rows that were not used in the pass; only with its last batch. */
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
  /**
   * Tells which rows are admitted; the rows of the source must then be ranked.
   *
   * @default all are
   */
  pace?: Pace;
}

/**
 * The batches of a data set, pass after pass without end. A pass over n rows has ceil(n / batchSize) batches; rows that
 * duplicates hold back for longer go unused in it. Should a pass run out of rows before (if rows were given up, see
 * {@linkcode noDuplicateBatches}), it begins again with another order.
 *
 * Passes that begin before a curriculum has admitted all rows have as many batches, of the rows admitted (see {@linkcode
 * pacedBatches}).
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
    const pace = paceOf(options.pace, pass * count);
    // What follows from row numbers alone is reached without reading the rows before.
    const skipped = options.batchSampler === "batch" && pace === undefined ? first : 0;
    let unusedRows = source.rowCount - skipped * options.batchSize;
    let number = skipped;
    const batches = pace === undefined
      ? passBatches(source, { ...options, random }, skipped)
      : pacedBatches(source as RankedSource, { ...options, random, pace });
    for (const batch of batches) {
      unusedRows = Math.max(0, pace ? source.rowCount - pace.usedRows : unusedRows - batch.rows.length);
      number++;
      pace?.goTo(pass * count + number);
      if (number > first) yield number < count ? { ...batch, pass } : { ...batch, pass, unusedRows };
      if (number === count) break;
    }
    first = 0;
  }
}

/** The pace at the beginning of a pass; undefined if all rows are admitted by then. */
function paceOf(pace: Pace | undefined, batch: number): Pace | undefined {
  pace?.goTo(batch);
  pace?.beginPass();
  return pace?.isOpen ? undefined : pace;
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
