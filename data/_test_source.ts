/** Data sets in memory for tests, in groups as a token store has them. */
import type { RowSource, RowWindow } from "./row_source.ts";

/** What {@link sourceOf} is made of. */
export interface TestSourceOptions {
  /** Name of the data set. @default "test" */
  name?: string;
  /** Rows of every group. @default one group of all rows */
  groupRows?: readonly number[];
  /** float32 [rows, n]. @default no labels */
  labels?: Float32Array;
  /** Rank of every row. @default the rows are not ranked */
  ranks?: Uint32Array;
}

/**
 * A source whose row i has in column c the token ids `c, i, i, ... ` (as many i as `i % 3`), so that it tells its number,
 * and the given hashes. Every row counts as one byte.
 *
 * @param hashes one array a column
 */
export function sourceOf(
  hashes: readonly Uint32Array[],
  { name = "test", groupRows = [hashes[0].length / 2], labels, ranks }: TestSourceOptions = {},
): RowSource {
  const starts = groupRows.map((_, g) => groupRows.slice(0, g).reduce((sum, rows) => sum + rows, 0));
  const rowCount = hashes[0].length / 2;
  const labelWidth = labels === undefined ? 0 : labels.length / rowCount;
  return {
    name,
    rowCount,
    columnCount: hashes.length,
    labelWidth,
    groupRows: Uint32Array.from(groupRows),
    groupBytes: Float64Array.from(groupRows),
    readGroups(from, to): RowWindow {
      const [first, last] = [starts[from] ?? rowCount, starts[to] ?? rowCount];
      const window: RowWindow = {
        rowCount: last - first,
        columns: hashes.map((_, column) => countingTexts(first, last, column)),
        hashes: hashes.map((column) => column.slice(2 * first, 2 * last)),
      };
      if (labels !== undefined) window.labels = labels.slice(first * labelWidth, last * labelWidth);
      return window;
    },
    ...ranks && {
      readRanks: (from: number, to: number) => ranks.slice(starts[from] ?? rowCount, starts[to] ?? rowCount),
    },
    close() {},
  };
}

/** Number of a row of {@link sourceOf}. */
export function numberOf({ columns: [{ ids, offsets }] }: RowWindow, row: number): number {
  return ids[offsets[row] + 1];
}

/** Hashes of numbers as texts. */
export function hashesOf(texts: readonly number[]): Uint32Array {
  return Uint32Array.from(texts.flatMap((text) => [Math.imul(text, 0x9e3779b1), text]));
}

function countingTexts(
  first: number,
  last: number,
  column: number,
): { ids: Int32Array; offsets: Int32Array } {
  const texts = Array.from({ length: last - first }, (_, i) => {
    return [column, ...new Array<number>(1 + (first + i) % 3).fill(first + i)];
  });
  const offsets = new Int32Array(texts.length + 1);
  texts.forEach(({ length }, i) => offsets[i + 1] = offsets[i] + length);
  return { ids: Int32Array.from(texts.flat()), offsets };
}
