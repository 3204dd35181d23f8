import type { Matrix } from "../model/mod.ts";

/**
 * Checks that row i of several matrices, and entry i of several lists, can be about one thing.
 *
 * @param action what cannot be done, for the message
 * @throws TypeError when they differ in number, or the vectors in size; RangeError when there is nothing
 */
export function checkRows(
  action: string,
  matrices: Readonly<Record<string, Matrix>>,
  lists: Readonly<Record<string, number>> = {},
): void {
  const all = Object.values(matrices);
  const counts = [...all.map(({ rows }) => rows), ...Object.values(lists)];
  if (new Set(counts).size > 1 || new Set(all.map(({ columns }) => columns)).size > 1) {
    const shapes = all.map(({ rows, columns }) => `[${rows}, ${columns}]`).join(" and ");
    const others = Object.entries(lists).map(([name, length]) => ` with ${length} ${name}`).join("");
    throw new TypeError(`Cannot ${action}: ${shapes} vectors${others}; give as many of each, of one size`);
  }
  if (counts[0] === 0) {
    throw new RangeError(`Cannot ${action}: there is nothing to score; give one row or more`);
  }
}
