import { collateBatch } from "./collate.ts";
import type { RowWindow } from "./row_source.ts";

/** Copies some rows of a window, in the order given. */
export function pickRows(window: RowWindow, rows: Uint32Array): RowWindow {
  const hashes = window.hashes.map((column) => {
    const picked = new Uint32Array(2 * rows.length);
    for (let i = 0; i < rows.length; i++) {
      picked[2 * i] = column[2 * rows[i]];
      picked[2 * i + 1] = column[2 * rows[i] + 1];
    }
    return picked;
  });
  return { rowCount: rows.length, hashes, ...collateBatch(window, rows) };
}
