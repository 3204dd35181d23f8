import type { BaselineReport, SizeReport, SuiteReport } from "./suite_report.ts";

/** One line of the table. */
interface Line {
  name: string;
  mainMetric: string;
  sizes: readonly SizeReport[];
  baselines: readonly BaselineReport[];
}

/** What metrics are called in tables. */
const METRIC_NAMES: Record<string, string> = {
  "cosine_ndcg@10": "NDCG@10",
  "spearman_cosine": "Spearman",
};

/** What baselines are called in tables. */
const BASELINE_NAMES: Record<string, string> = { bm25: "BM25" };

/**
 * The report as a table of fixed width: a line for every collection and one for the mean over the retrieval
 * collections, a column for every size, the main score in each, baselines beside them; notes below. An undefined
 * score is a dash.
 *
 * @param report result of a suite
 * @returns lines that end in a line feed
 */
export function reportTable(report: SuiteReport): string {
  const lines: Line[] = [...report.collections];
  if (report.mean !== null) lines.push({ name: "mean of retrieval", ...report.mean });
  const baselines = report.collections.find((line) => line.baselines.length > 0)?.baselines ?? [];
  const head = [
    "collection",
    "score",
    ...report.sizes.map(String),
    ...baselines.map(({ name }) => BASELINE_NAMES[name] ?? name),
  ];
  const rows = lines.map((line) => [
    line.name,
    METRIC_NAMES[line.mainMetric] ?? line.mainMetric,
    ...line.sizes.map(({ metrics }) => number(metrics[line.mainMetric])),
    ...baselines.map((_, i) => baselineNumber(line.baselines[i])),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const rule = widths.map((width) => "-".repeat(width));
  const table = [head, rule, ...rows].map((row) =>
    row.map((cell, i) => padded(cell, widths[i], i)).join("  ")
  );
  const notes = report.collections.flatMap(({ name, notes }) =>
    notes.map((note) => `note: ${name}: ${note}`)
  );
  return [...table, ...notes].map((line) => line.trimEnd() + "\n").join("");
}

function baselineNumber(baseline: BaselineReport | undefined): string {
  return baseline === undefined ? "" : number(baseline.metrics[baseline.mainMetric]);
}

function number(value: number | null | undefined): string {
  return value === null || value === undefined ? "-" : value.toFixed(4);
}

/** Words to the left, numbers to the right. */
function padded(cell: string, width: number, column: number): string {
  return column < 2 ? cell.padEnd(width) : cell.padStart(width);
}
