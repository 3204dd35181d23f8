import { OpenBatch } from "./_open_batch.ts";
import type { RowPart, RowParts } from "./row_parts.ts";
import type { RowWindow } from "./row_source.ts";
import { WaitingRows } from "./_waiting_rows.ts";

/** Rows that are trained on together. */
export interface RowBatch {
  /** Where the rows are; valid until the next batch is asked for. */
  window: RowWindow;
  /** Rows of the window. */
  rows: Uint32Array;
}

/** Options of {@linkcode noDuplicateBatches}. */
export interface NoDuplicateBatchesOptions {
  /** Rows a batch, at least 1. */
  batchSize: number;
  /**
   * Rows that may wait for one text, and when a part is let go for all texts together. A row that comes later is given up,
   * as the reference gives up the last ones that it has no batch for. When too many wait at the end of a part, the batch
   * ends there if the waiting rows would make another one half as large; else the longest queues are cut.
   *
   * @default Infinity
   */
  waitingLimit?: number;
}

/**
 * Batches in which no text occurs twice, neither in one column nor across columns; the same text twice within one row
 * is allowed.
 *
 * The rows are gone through in the given order. A batch takes a row only if none of its texts occurs in the batch so
 * far; the rows passed over are the first to be tried for the next batch, still in their order. When the rows run out
 * before a batch is full, it stays short. All rows come out in the end, over more than `rows / batchSize` batches if
 * some text is frequent; only a `waitingLimit` that is reached changes that.
 *
 * The time is linear in the rows, however frequent a text is: of the rows that wait for a text only the first is looked
 * at, and only while the text is not in the batch. It takes longer only where many rows have two texts each of which is
 * frequent, since such a row moves from one queue to the other.
 *
 * Reference: Sentence Transformers, `NoDuplicatesBatchSampler`. That a row waits for one of its texts only is the watched
 * literal of Moskewicz et al. 2001 ("Chaff").
 *
 * @param parts the rows in random order
 */
export function* noDuplicateBatches(
  parts: RowParts,
  options: NoDuplicateBatchesOptions,
): Generator<RowBatch> {
  const sampler = new Sampler(parts, options);
  for (let batch = sampler.next(); batch !== undefined; batch = sampler.next()) yield batch;
}

class Sampler {
  readonly #parts: RowParts;
  readonly #waitingLimit: number;
  readonly #batch: OpenBatch;
  readonly #waiting = new WaitingRows();
  #part: RowPart | undefined;
  /** Place in the part's order. */
  #next = 0;
  /** Place in the order of all rows. */
  #position = 0;

  constructor(parts: RowParts, { batchSize, waitingLimit = Infinity }: NoDuplicateBatchesOptions) {
    this.#parts = parts;
    this.#waitingLimit = waitingLimit;
    this.#batch = new OpenBatch(batchSize);
  }

  next(): RowBatch | undefined {
    const batch = this.#batch;
    batch.clear();
    this.#waiting.fill(batch);
    this.#takeNew();
    while (!batch.isFull && this.#nextPart()) this.#takeNew();
    this.#waiting.endBatch();
    return batch.size === 0 ? undefined : { window: this.#part!.window, rows: batch.rows };
  }

  /** Takes rows of the part that have not been tried yet, until the batch is full. */
  #takeNew(): void {
    const [batch, longest] = [this.#batch, this.#waitingLimit];
    const order = this.#part?.order ?? [];
    const admits = this.#part?.admits;
    for (; this.#next < order.length && !batch.isFull; this.#next++, this.#position++) {
      const row = order[this.#next];
      if (admits !== undefined && !admits(row)) continue;
      const column = batch.take(row);
      if (column >= 0) this.#waiting.add(row, this.#position, { batch, column, longest });
    }
  }

  /** Goes on to the next part, with the rows that are still needed; false if the batch is to end before. */
  #nextPart(): boolean {
    if (!this.#parts.hasNext) return false;
    const [batch, waiting] = [this.#batch, this.#waiting];
    if (waiting.count > this.#waitingLimit) {
      if (2 * waiting.queueCount >= batch.size) return false;
      waiting.trim(this.#waitingLimit);
    }
    const kept = new Uint32Array(batch.size + waiting.count);
    kept.set(batch.rows);
    kept.set(waiting.renumber(batch.size), batch.size);
    this.#part = this.#parts.next(kept);
    batch.moveTo(this.#part.window.hashes);
    this.#next = 0;
    return true;
  }
}
