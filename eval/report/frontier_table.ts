import { headlineRows } from "./_headlines.ts";
import { formatCount, formatEnds, formatScore, metricName } from "./_names.ts";
import type { ScoreRow } from "./score_rows.ts";
import { textTable } from "./_text_table.ts";

/**
 * Quality against the bytes of a stored vector as a table of fixed width: a line for every size and way of writing its
 * numbers, the fewest bytes first, a column for every headline (means, and collections that belong to none).
 *
 * @param rows rows of a report
 * @returns lines that end in a line feed; nothing where no quantised vectors were scored
 */
export function frontierTable(rows: readonly ScoreRow[]): string {
  const shown = headlineRows(rows).filter(({ isBaseline, bytes }) => !isBaseline && bytes !== null);
  if (!shown.some(({ precision }) => precision !== "float32")) return "";
  const quantized = shown.filter(({ precision }) => precision !== "float32");
  const names = [...new Set(quantized.map(({ collection }) => collection))];
  const ways = new Map(
    shown.map((row) => [`${row.bytes} ${row.precision} ${row.rescored} ${row.size}`, row] as const),
  );
  const order = [...ways.values()].sort((a, b) =>
    a.bytes! - b.bytes! || Number(a.rescored) - Number(b.rescored)
  );
  const lines = order.map(({ bytes, size, precision, rescored }) => [
    rescored ? `${precision}, rescored` : `${precision}`,
    formatCount(bytes!),
    String(size),
    ...names.map((name) => {
      const row = shown.find((each) =>
        each.collection === name && each.size === size && each.precision === precision &&
        each.rescored === rescored
      );
      return row === undefined ? "" : `${formatScore(row.score.value)} ${formatEnds(row.score)}`.trimEnd();
    }),
  ]);
  const heads = names.map((name) =>
    `${name} ${metricName(shown.find(({ collection }) => collection === name)!.metric)}`
  );
  return textTable(["numbers", "bytes", "dimensions", ...heads], lines, { words: 1 });
}
