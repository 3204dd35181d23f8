import type { DatasetSurvey, DataSurvey, EpochEstimate, EvaluationOverlap } from "../recipes/run.ts";
import { alignedRows } from "./_aligned_rows.ts";
import { formatSeconds } from "./_progress.ts";

/** Characters of a text that are shown. */
const SHOWN_CHARACTERS = 88;
/** Pairs of data sets with shared texts that are shown. */
const SHOWN_OVERLAPS = 10;

/** All that `data` found out, as plain JSON. */
export interface DataReport extends DataSurvey {
  /** Recipe. */
  recipe: string;
  /** Whether only the first rows were looked at. */
  check: boolean;
  /** How long it trains; null where that was not tried, or cannot be. */
  epoch: EpochEstimate | null;
  /** Why the recipe cannot be trained on this data; null if it can. */
  untrainable: string | null;
}

/** The report for people. */
export function dataText(report: DataReport): string {
  const { datasets, overlaps, evaluations } = report;
  const shared = overlaps.slice(0, SHOWN_OVERLAPS).map(({ datasets: [a, b], texts, isExact }) =>
    `${a} and ${b} share ${isExact ? "" : "about "}${count(texts)} ${plural(texts, "text")}`
  );
  if (overlaps.length > SHOWN_OVERLAPS) {
    shared.push(`and ${overlaps.length - SHOWN_OVERLAPS} pairs of data sets more`);
  }
  const parts = [
    ...datasets.map(datasetText),
    ...(shared.length > 0 ? [shared.join("\n")] : []),
    ...evaluations.map(evaluationText),
    totalText(report),
  ];
  return parts.join("\n\n") + "\n";
}

function datasetText(dataset: DatasetSurvey): string {
  const { name, source, revision, note, examples, report, bytes, distinctTexts, sourceRows } = dataset;
  const dropped = Object.entries(report.dropped).map(([reason, rows]) =>
    `${count(rows)} dropped (${reason})`
  );
  const rows = [
    `${count(report.kept)} rows to train on`,
    ...(report.heldOut > 0 ? [`${count(report.heldOut)} held out`] : []),
    ...dropped,
  ];
  const whole = sourceRows !== null && sourceRows > report.rows ? ` of ${count(sourceRows)}` : "";
  return [
    `${name}  ${source}${revision === null ? "" : ` at ${revision}`}`,
    ...(note === null ? [] : [`  ${note}`]),
    `  ${count(report.rows)}${whole} rows read: ${rows.join(", ")}`,
    `  ${count(distinctTexts)} distinct texts, ${gigabytes(bytes)} of token ids on the disk`,
    ...tokenLines(dataset),
    ...examples.flatMap((row, i) => exampleLines(row, i + 1)),
  ].join("\n");
}

function tokenLines({ columns, report }: DatasetSurvey): string[] {
  const head = ["column", "role", "tokens", "mean", "median", "p95", "p99", "longest", "[UNK]"];
  const rows = columns.map(({ name, role }, c) => {
    const { tokens, mean, median, p95, p99, longest, unknownShare } = report.columns[c];
    const numbers = [tokens, mean, median, p95, p99, longest].map((value) => count(value, 1));
    return [name, role, ...numbers, `${(100 * unknownShare).toFixed(2)} %`];
  });
  return alignedRows([head, ...rows], 2).map((line) => `  ${line}`);
}

function exampleLines(row: Record<string, unknown>, number: number): string[] {
  const names = Object.keys(row);
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name, i) =>
    `  ${i === 0 ? `row ${number}` : "     "}  ${name.padEnd(width)}  ${shortened(row[name])}`
  );
}

/** A value on one line; control characters are shown as JSON writes them. */
function shortened(value: unknown): string {
  const plain = typeof value === "bigint" ? Number(value) : value;
  const text = (ArrayBuffer.isView(plain) ? `${plain}` : JSON.stringify(plain)) ?? "nothing";
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS - 3).toWellFormed()}...`;
}

function evaluationText({ collection, texts, found, foundAnywhere, examples }: EvaluationOverlap): string {
  const share = `${count(foundAnywhere)} of ${
    count(texts)
  } texts of ${collection} occur in the training data`;
  if (foundAnywhere === 0) return share;
  const where = Object.entries(found).map(([name, number]) => `${count(number)} in ${name}`).join(", ");
  return [`${share}: ${where}`, ...examples.map((text) => `  ${shortened(text)}`)].join("\n");
}

function totalText({ datasets, epoch, untrainable, check }: DataReport): string {
  const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
  const rows = sum(datasets.map(({ report }) => report.kept));
  const tokens = sum(datasets.flatMap(({ report }) => report.columns.map((column) => column.tokens)));
  const bytes = sum(datasets.map((dataset) => dataset.bytes));
  const sets = `${datasets.length} ${plural(datasets.length, "data set")}`;
  const lines = [
    `${sets}, ${count(rows)} rows to train on, ${count(tokens)} tokens, ${gigabytes(bytes)} on the disk`,
  ];
  if (check) lines.push("only the first rows were looked at; without --check all are");
  if (untrainable !== null) lines.push(untrainable);
  if (epoch !== null) {
    const { stepsPerEpoch, totalSteps, secondsPerStep, device } = epoch;
    const time = formatSeconds(stepsPerEpoch * secondsPerStep);
    const whole = totalSteps === stepsPerEpoch
      ? ""
      : `, all ${count(totalSteps)} steps ${formatSeconds(totalSteps * secondsPerStep)}`;
    const pace = `${count(stepsPerEpoch)} steps of ${secondsPerStep.toPrecision(3)} s`;
    lines.push(`an epoch takes about ${time} (${pace}, ${device})${whole}`);
  }
  return lines.join("\n");
}

function count(value: number, decimals = 0): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: decimals });
}

function plural(number: number, noun: string): string {
  return number === 1 ? noun : `${noun}s`;
}

function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toPrecision(3)} MB` : `${(bytes / 1e9).toPrecision(3)} GB`;
}
