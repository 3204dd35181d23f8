/** Data sets in memory for tests. */
import { hashText, type PreparedDataset } from "../data/mod.ts";
import type { TokenBags } from "../text/mod.ts";

/** Texts as token ids. */
export function bagsOf(texts: readonly (readonly number[])[]): TokenBags {
  const offsets = Int32Array.from({ length: texts.length + 1 }, (_, i) => texts.slice(0, i).flat().length);
  return { ids: Int32Array.from(texts.flat()), offsets };
}

/**
 * A prepared data set.
 *
 * @param name its name
 * @param columns each text column's texts as token ids
 * @param labels the rows' labels, as many for each row; none if left out
 */
export function datasetOf(
  name: string,
  columns: readonly (readonly (readonly number[])[])[],
  labels?: readonly number[],
): PreparedDataset {
  const rowCount = columns[0].length;
  const roles = ["anchor", "positive", "negative_1", "negative_2"].slice(0, columns.length);
  return {
    name,
    columnNames: roles,
    roles,
    columns: columns.map(bagsOf),
    hashes: columns.map((texts) => {
      const hashes = new Uint32Array(2 * texts.length);
      texts.forEach((ids, i) => hashText(ids.join(" "), hashes, 2 * i));
      return hashes;
    }),
    labels: labels && Float32Array.from(labels),
    rowCount,
    heldOut: { texts: columns.map(() => []) },
    report: { rows: rowCount, kept: rowCount, heldOut: 0, dropped: {}, columns: [] },
  };
}

/** A column of so many texts, row i of the tokens `first + i` and `first + i + 1`. */
export function countingTexts(rows: number, first = 0): number[][] {
  return Array.from({ length: rows }, (_, i) => [first + i, first + i + 1]);
}
