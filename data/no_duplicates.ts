import { grown } from "./_grown.ts";
import { HashSet64 } from "./_hash_set.ts";

/** Options of {@linkcode noDuplicateBatches}. */
export interface NoDuplicateBatchesOptions {
  /** Rows a batch, at least 1. */
  batchSize: number;
}

/**
 * Batches in which no text occurs twice, neither in one column nor across columns; the same text twice within one row
 * is allowed.
 *
 * The rows are gone through in the given order. A batch takes a row only if none of its texts occurs in the batch so
 * far; the rows passed over are the first to be tried for the next batch, still in their order. When the rows run out
 * before a batch is full, it stays short. All rows come out in the end, over more than `rows / batchSize` batches if
 * some text is frequent.
 *
 * The time is linear in the rows plus, for every batch, the rows that are waiting. No row waits for long unless its
 * text occurs in more rows than there are batches left.
 *
 * Reference: Sentence Transformers, `NoDuplicatesBatchSampler`.
 *
 * @param hashes one array a column: the 64-bit hash of row i's text is entries 2i and 2i + 1
 * @param order row numbers in random order
 */
export function* noDuplicateBatches(
  hashes: readonly Uint32Array[],
  order: Uint32Array,
  { batchSize }: NoDuplicateBatchesOptions,
): Generator<Uint32Array> {
  const inBatch = new HashSet64(batchSize * hashes.length);
  let waiting = new Uint32Array(batchSize);
  let waitingCount = 0;
  let next = 0;
  while (next < order.length || waitingCount > 0) {
    inBatch.clear();
    const batch = new Uint32Array(Math.min(batchSize, order.length - next + waitingCount));
    let size = 0;
    let tried = 0;
    let stillWaiting = 0;
    for (; tried < waitingCount && size < batch.length; tried++) {
      if (take(waiting[tried], hashes, inBatch)) batch[size++] = waiting[tried];
      else waiting[stillWaiting++] = waiting[tried];
    }
    waiting.copyWithin(stillWaiting, tried, waitingCount);
    waitingCount -= tried - stillWaiting;
    while (next < order.length && size < batch.length) {
      const row = order[next++];
      if (take(row, hashes, inBatch)) {
        batch[size++] = row;
      } else {
        waiting = grown(waiting, waitingCount + 1);
        waiting[waitingCount++] = row;
      }
    }
    yield batch.subarray(0, size);
  }
}

/** Adds the texts of a row to the batch, unless one of them is there; returns whether it did. */
function take(row: number, hashes: readonly Uint32Array[], inBatch: HashSet64): boolean {
  for (const column of hashes) {
    if (inBatch.has(column[2 * row], column[2 * row + 1])) return false;
  }
  for (const column of hashes) inBatch.add(column[2 * row], column[2 * row + 1]);
  return true;
}
