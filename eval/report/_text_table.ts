/**
 * A table of fixed width: heads, a rule, rows; words to the left, numbers to the right.
 *
 * @param head names of the columns
 * @param rows cells; those that are missing are empty
 * @param words how many columns from the left hold words
 * @returns lines that end in a line feed
 */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { words }: { words: number },
): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  const rule = widths.map((width) => "-".repeat(width));
  const padded = (cell: string, column: number): string =>
    column < words ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  return [head, rule, ...rows].map((row) =>
    head.map((_, column) => padded(row[column] ?? "", column)).join("  ").trimEnd() + "\n"
  ).join("");
}
