import type { TokenBags } from "../text/mod.ts";
import { BatchMemory } from "./batch_memory.ts";

/** What a batch is gathered from. A window of rows is one. */
export interface CollateSource {
  /** Token ids of every text column. */
  readonly columns: readonly TokenBags[];
  /** float32 [rows, n], row-major, if there are labels. */
  readonly labels?: Float32Array;
}

/** Token ids and labels of the rows of one batch. */
export interface CollatedBatch {
  /** Token ids of every text column, one text a row of the batch. */
  columns: TokenBags[];
  /** float32 [rows of the batch, n], row-major, if the data set has labels. */
  labels?: Float32Array;
}

/**
 * Gathers the token ids and labels of some rows.
 *
 * @param dataset where the rows are
 * @param rows row numbers, in the order of the batch
 * @param out memory to write into; the batch is then valid until the next call with the same memory. New memory if
 * undefined
 */
export function collateBatch(
  dataset: CollateSource,
  rows: Uint32Array,
  out: BatchMemory = new BatchMemory(),
): CollatedBatch {
  const columns = dataset.columns.map((bags, c) => gatherBags(bags, rows, { out, name: `column ${c}` }));
  if (!dataset.labels) return { columns };
  const width = dataset.labels.length / Math.max(1, dataset.columns[0].offsets.length - 1);
  const labels = out.float32("labels", rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    labels.set(dataset.labels.subarray(rows[i] * width, (rows[i] + 1) * width), i * width);
  }
  return { columns, labels };
}

function gatherBags(
  bags: TokenBags,
  rows: Uint32Array,
  { out, name }: { out: BatchMemory; name: string },
): TokenBags {
  const offsets = out.int32(`${name} offsets`, rows.length + 1);
  offsets[0] = 0;
  for (let i = 0; i < rows.length; i++) {
    offsets[i + 1] = offsets[i] + bags.offsets[rows[i] + 1] - bags.offsets[rows[i]];
  }
  const ids = out.int32(`${name} ids`, offsets[rows.length]);
  for (let i = 0; i < rows.length; i++) {
    const start = bags.offsets[rows[i]];
    for (let at = offsets[i], from = start; at < offsets[i + 1]; at++, from++) ids[at] = bags.ids[from];
  }
  return { ids, offsets };
}
