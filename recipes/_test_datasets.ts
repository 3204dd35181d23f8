/** Data sets in memory for tests. */
import {
  hashText,
  type LabelFacts,
  type LabelWitness,
  type PreparedDataset,
  type RowWindow,
} from "../data/mod.ts";
import type { TokenBags } from "../text/mod.ts";

/** Texts as token ids. */
export function bagsOf(texts: readonly (readonly number[])[]): TokenBags {
  const offsets = Int32Array.from({ length: texts.length + 1 }, (_, i) => texts.slice(0, i).flat().length);
  return { ids: Int32Array.from(texts.flat()), offsets };
}

/** A data set in memory. */
export interface TestDataset extends PreparedDataset {
  /** Its rows. */
  window: RowWindow;
}

/**
 * A data set whose rows are in memory: its token store is none.
 *
 * @param name its name
 * @param columns each text column's texts as token ids
 * @param labels the rows' labels, as many for each row; none if left out
 */
export function datasetOf(
  name: string,
  columns: readonly (readonly (readonly number[])[])[],
  labels?: readonly number[],
): TestDataset {
  const rowCount = columns[0].length;
  const roles = ["anchor", "positive", "negative_1", "negative_2"].slice(0, columns.length);
  const hashes = columns.map((texts) => {
    const hashes = new Uint32Array(2 * texts.length);
    texts.forEach((ids, i) => hashText(ids.join(" "), hashes, 2 * i));
    return hashes;
  });
  const labelWidth = labels === undefined ? 0 : labels.length / rowCount;
  return {
    name,
    columnNames: roles,
    roles,
    rowCount,
    labelWidth,
    labels: labels && factsOf(labels, labelWidth),
    heldOut: { texts: columns.map(() => []) },
    report: { rows: rowCount, kept: rowCount, heldOut: 0, dropped: {}, columns: [] },
    checksum: "00000000",
    store: {
      name,
      folder: "nowhere",
      shards: [],
      columnCount: columns.length,
      labelWidth,
      idBytes: 2,
      rowCount,
      duplicates: "drop",
      heldOut: new Uint32Array(),
      groupRows: Uint32Array.of(rowCount),
      groupBytes: new Float64Array(1),
      groupRepeats: new Uint32Array(1),
    },
    window: { rowCount, columns: columns.map(bagsOf), hashes, labels: labels && Float32Array.from(labels) },
  };
}

function factsOf(labels: readonly number[], width: number): LabelFacts {
  const witness = (place: number): LabelWitness => ({ value: labels[place], row: Math.floor(place / width) });
  const first = (isOne: (label: number) => boolean): LabelWitness | undefined => {
    const place = labels.findIndex(isOne);
    return place < 0 ? undefined : witness(place);
  };
  return {
    min: witness(labels.indexOf(Math.min(...labels))),
    max: witness(labels.indexOf(Math.max(...labels))),
    fraction: first((label) => !Number.isInteger(label)),
    other: first((label) => label !== 0 && label !== 1),
  };
}

/** A column of so many texts, row i of the tokens `first + i` and `first + i + 1`. */
export function countingTexts(rows: number, first = 0): number[][] {
  return Array.from({ length: rows }, (_, i) => [first + i, first + i + 1]);
}
