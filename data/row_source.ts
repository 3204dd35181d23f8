import type { TokenBags } from "../text/mod.ts";

/** Rows in memory. */
export interface RowWindow {
  /** Number of rows. */
  rowCount: number;
  /** Token ids of every text column, one text a row. */
  columns: TokenBags[];
  /** One array a text column: the 64-bit hash of row i's text is entries 2i (low half) and 2i + 1 (high half). */
  hashes: Uint32Array[];
  /** float32 [rows, n], row-major, if there are labels. */
  labels?: Float32Array;
}

/**
 * Rows that are read part by part. A token store is one; {@linkcode windowSource} makes one of rows in memory.
 *
 * The rows lie in groups. Which group a row belongs to has nothing to do with its place in the files it was read from (in
 * a token store it follows from a hash of its texts), so that some groups together are a random sample of the rows.
 */
export interface RowSource {
  /** Name of the data set, for messages. */
  readonly name: string;
  /** Rows to train on: duplicates and held-out rows are left out. */
  readonly rowCount: number;
  /** Text columns. */
  readonly columnCount: number;
  /** Labels of a row; 0 without labels. */
  readonly labelWidth: number;
  /** Rows of every group; they add up to `rowCount`. */
  readonly groupRows: Uint32Array;
  /** Bytes that every group takes as a {@linkcode RowWindow}. */
  readonly groupBytes: Float64Array;
  /**
   * The rows of the groups `from .. to`, `to` left out: always the same ones in the same order. Synchronous, since it is
   * called in a worker that has nothing else to do.
   */
  readGroups(from: number, to: number): RowWindow;
  /**
   * Ranks of the rows of the groups `from .. to`, in the order of {@linkcode RowSource.readGroups}: the easiest row of the
   * data set has 0, the hardest the number of rows less one. Left out if rows were not ranked.
   */
  readRanks?(from: number, to: number): Uint32Array;
  /** Closes files; afterwards nothing may be read. */
  close(): void;
}

/** A source whose rows are ranked by difficulty. */
export type RankedSource = RowSource & Required<Pick<RowSource, "readRanks">>;

/** Bytes that rows take in memory. */
export function windowBytes({ columns, hashes, labels }: RowWindow): number {
  let bytes = labels?.byteLength ?? 0;
  for (const { ids, offsets } of columns) bytes += ids.byteLength + offsets.byteLength;
  for (const column of hashes) bytes += column.byteLength;
  return bytes;
}

/** Rows in memory as a source of one group. */
export function windowSource(name: string, window: RowWindow): RowSource {
  const { rowCount, columns, labels } = window;
  return {
    name,
    rowCount,
    columnCount: columns.length,
    labelWidth: labels === undefined ? 0 : labels.length / Math.max(1, rowCount),
    groupRows: Uint32Array.of(rowCount),
    groupBytes: Float64Array.of(windowBytes(window)),
    readGroups: () => window,
    close() {},
  };
}
