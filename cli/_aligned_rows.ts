/**
 * Rows of a table as lines whose columns are two spaces apart: words to the left, numbers to the right.
 *
 * @param rows Cells, as many in every row; heads are a row like others.
 * @param words How many columns from the left hold words.
 */
export function alignedRows(rows: readonly (readonly string[])[], words: number): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row.map((cell, column) => column < words ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))
      .join("  ")
      .trimEnd()
  );
}
