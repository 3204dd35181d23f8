import { noDuplicateBatches, type RowBatch } from "./no_duplicates.ts";
import type { Pace } from "./_pace.ts";
import type { Random } from "./random.ts";
import type { RankedSource, RowWindow } from "./row_source.ts";
import type { RowPart, RowParts } from "./row_parts.ts";
import { ShuffledParts } from "./shuffled_parts.ts";

/** Options of {@linkcode pacedBatches}. */
export interface PacedBatchesOptions {
  /** Rows a batch. */
  batchSize: number;
  /** How they are put together. */
  batchSampler: "noDuplicates" | "batch";
  /** Bytes of rows in memory at a time. */
  partBytes: number;
  /** Chooses the order; it is forked for every round. */
  random: Random;
  /** Tells which rows are admitted; it goes on to the next batch between two of them. */
  pace: Pace;
}

/**
 * Batches of a data set while not all of its rows are admitted, without end: its rows are gone through in random order,
 * round after round, and those whose time has not come are passed over. So the rows of a batch are a random sample of
 * those admitted, and a row comes again after the others had their turn.
 *
 * A round's last batch is left out if it is short and not the only one: its rows come again in the next round.
 */
export function* pacedBatches(source: RankedSource, options: PacedBatchesOptions): Generator<RowBatch> {
  const { batchSize, batchSampler, partBytes, pace } = options;
  const kept = keptSource(source, partBytes);
  for (let round = 0;; round++) {
    const random = options.random.fork(`round ${round}`);
    const shuffled = new ShuffledParts(kept, { partBytes, random });
    const parts = new PacedParts(shuffled, kept, { pace, random: random.fork("weights") });
    const waitingLimit = shuffled.count === 1 ? undefined : Math.ceil(source.rowCount / shuffled.count / 4);
    const batches = batchSampler === "noDuplicates"
      ? noDuplicateBatches(parts, { batchSize, waitingLimit })
      : admittedBatches(parts, batchSize);
    let given = 0;
    for (const batch of batches) {
      if (batch.rows.length < batchSize && !parts.hasNext && given > 0) break;
      parts.use(batch.rows);
      given++;
      yield batch;
    }
  }
}

/** A source that fits into memory is read once for all rounds. */
function keptSource(source: RankedSource, partBytes: number): RankedSource {
  const bytes = source.groupBytes.reduce((sum, group) => sum + group, 0);
  if (bytes > partBytes) return source;
  const { name, rowCount, columnCount, labelWidth, groupRows, groupBytes } = source;
  let window: RowWindow | undefined;
  let ranks: Uint32Array | undefined;
  return {
    name,
    rowCount,
    columnCount,
    labelWidth,
    groupRows,
    groupBytes,
    readGroups: (from, to) => window ??= source.readGroups(from, to),
    readRanks: (from, to) => ranks ??= source.readRanks(from, to),
    close() {},
  };
}

/** Batches of admitted rows as they come. */
function* admittedBatches(parts: PacedParts, batchSize: number): Generator<RowBatch> {
  let rows = new Uint32Array(batchSize);
  let size = 0;
  while (parts.hasNext) {
    const { window, order, admits } = parts.next(rows.slice(0, size));
    // The rows kept from the part before are the first ones of the window.
    for (let i = 0; i < size; i++) rows[i] = i;
    for (let i = 0; i < order.length; i++) {
      if (!admits(order[i])) continue;
      rows[size++] = order[i];
      if (size < batchSize) continue;
      yield { window, rows };
      rows = new Uint32Array(batchSize);
      size = 0;
    }
    if (!parts.hasNext && size > 0) yield { window, rows: rows.subarray(0, size) };
  }
}

/** Parts of which only the admitted rows are drawn. */
class PacedParts implements RowParts {
  readonly #parts: ShuffledParts;
  readonly #source: RankedSource;
  readonly #pace: Pace;
  readonly #random: Random;
  /** Rank of every row of the window. */
  #ranks = new Uint32Array();

  constructor(
    parts: ShuffledParts,
    source: RankedSource,
    { pace, random }: { pace: Pace; random: Random },
  ) {
    this.#parts = parts;
    this.#source = source;
    this.#pace = pace;
    this.#random = random;
  }

  get hasNext(): boolean {
    return this.#parts.hasNext;
  }

  next(kept: Uint32Array): Required<RowPart> {
    const part = this.#parts.next(kept);
    const ranks = new Uint32Array(part.window.rowCount);
    for (let i = 0; i < kept.length; i++) ranks[i] = this.#ranks[kept[i]];
    let at = kept.length;
    for (const [from, to] of this.#parts.ranges) {
      const read = this.#source.readRanks(from, to);
      ranks.set(read, at);
      at += read.length;
    }
    this.#ranks = ranks;
    const [pace, random] = [this.#pace, this.#random];
    return { ...part, admits: (row) => pace.admits(ranks[row], random) };
  }

  /** Notes that rows of the window were used. */
  use(rows: Uint32Array): void {
    for (let i = 0; i < rows.length; i++) this.#pace.use(this.#ranks[rows[i]]);
  }
}
