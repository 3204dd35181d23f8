import type { SuiteReport } from "../suite_report.ts";
import { metricRows, type ScoreRow } from "./score_rows.ts";

/** Columns of the file, in order. */
const COLUMNS = [
  "subject",
  "baseline",
  "benchmark",
  "collection",
  "mean",
  "kind",
  "metric",
  "size",
  "numbers",
  "rescored",
  "bytes",
  "score",
  "low",
  "high",
  "items",
  "note",
];

/**
 * Every score of a report as CSV (RFC 4180), one line a score with all that tells it apart: easy to filter and to
 * group. Main scores have the ends of their 95 % interval; what is not known is empty.
 *
 * @param report result of a suite
 * @param rows its rows with intervals
 * @param options `head`: whether the names of the columns come first; without them files can be appended
 * @returns lines that end in a carriage return and a line feed
 */
export function reportCsv(
  report: SuiteReport,
  rows: readonly ScoreRow[],
  { head = true }: { head?: boolean } = {},
): string {
  const known = new Map(rows.map((row) => [keyOf(row), row]));
  const lines = metricRows(report).map((row) => cellsOf(known.get(keyOf(row)) ?? row));
  return [...(head ? [COLUMNS] : []), ...lines].map((cells) => cells.map(quoted).join(",") + "\r\n").join("");
}

function cellsOf(row: ScoreRow): (string | number | boolean | null)[] {
  const { score: { value, low, high, items, note } } = row;
  return [
    row.subject,
    row.isBaseline,
    row.benchmark,
    row.collection,
    row.isMean,
    row.kind,
    row.metric,
    row.size,
    row.precision,
    row.rescored,
    row.bytes,
    value,
    low,
    high,
    items,
    note ?? null,
  ];
}

function keyOf({ collection, subject, metric, size, precision, rescored }: ScoreRow): string {
  return JSON.stringify([collection, subject, metric, size, precision, rescored]);
}

function quoted(value: string | number | boolean | null): string {
  const text = value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
