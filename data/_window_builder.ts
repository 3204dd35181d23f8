import { grown } from "./_grown.ts";
import type { RowWindow } from "./row_source.ts";

/** Puts windows of one source together, one behind the other, on the same memory again and again. */
export class WindowBuilder {
  readonly #columns: { ids: Int32Array; offsets: Int32Array; hashes: Uint32Array }[];
  readonly #labelWidth: number;
  #labels = new Float32Array(1);
  #rows = 0;

  /**
   * Makes a builder.
   *
   * @param columnCount text columns
   * @param labelWidth labels of a row; 0 without labels
   */
  constructor(columnCount: number, labelWidth: number) {
    this.#labelWidth = labelWidth;
    this.#columns = Array.from(
      { length: columnCount },
      () => ({ ids: new Int32Array(1), offsets: new Int32Array(1), hashes: new Uint32Array(1) }),
    );
  }

  /** Begins anew; the window that was made before is written over. */
  clear(): void {
    this.#rows = 0;
  }

  /** Appends all rows of a window. */
  append({ rowCount, columns, hashes, labels }: RowWindow): void {
    const rows = this.#rows + rowCount;
    for (const [c, column] of this.#columns.entries()) {
      const { ids, offsets } = columns[c];
      const end = column.offsets[this.#rows];
      column.ids = grown(column.ids, end + offsets[rowCount]);
      column.ids.set(ids.subarray(0, offsets[rowCount]), end);
      column.offsets = grown(column.offsets, rows + 1);
      for (let i = 1; i <= rowCount; i++) column.offsets[this.#rows + i] = end + offsets[i];
      column.hashes = grown(column.hashes, 2 * rows);
      column.hashes.set(hashes[c], 2 * this.#rows);
    }
    if (labels !== undefined) {
      this.#labels = grown(this.#labels, rows * this.#labelWidth);
      this.#labels.set(labels, this.#rows * this.#labelWidth);
    }
    this.#rows = rows;
  }

  /** All rows so far as one window, valid until the builder is cleared. */
  finish(): RowWindow {
    const rows = this.#rows;
    const window: RowWindow = {
      rowCount: rows,
      columns: this.#columns.map(({ ids, offsets }) => ({
        ids: ids.subarray(0, offsets[rows]),
        offsets: offsets.subarray(0, rows + 1),
      })),
      hashes: this.#columns.map(({ hashes }) => hashes.subarray(0, 2 * rows)),
    };
    if (this.#labelWidth > 0) window.labels = this.#labels.subarray(0, rows * this.#labelWidth);
    return window;
  }
}
