import type { RowSource } from "./row_source.ts";

/** Memory for the rows that are looked at together. */
const BYTES_AT_ONCE = 2 ** 26;

/**
 * Goes through the hashes of all texts of a data set, in bounded memory.
 *
 * @param source the rows
 * @param hear takes the low and the high half of a text's hash, and the text's column
 * @param signal ends it between two parts
 */
export async function scanTexts(
  source: RowSource,
  hear: (low: number, high: number, column: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  const { groupBytes } = source;
  for (let from = 0; from < groupBytes.length;) {
    signal?.throwIfAborted();
    let to = from + 1;
    for (let bytes = groupBytes[from]; to < groupBytes.length; to++) {
      bytes += groupBytes[to];
      if (bytes > BYTES_AT_ONCE) break;
    }
    const { hashes } = source.readGroups(from, to);
    hashes.forEach((column, c) => {
      for (let i = 0; i < column.length; i += 2) hear(column[i], column[i + 1], c);
    });
    from = to;
    await new Promise((resolve) => setTimeout(resolve, 0)); // Signals and progress have their turn.
  }
}
