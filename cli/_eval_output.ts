import config from "../deno.json" with { type: "json" };
import {
  type ComparedReports,
  comparisonTable,
  frontierTable,
  htmlReport,
  keptSentence,
  reportCsv,
  type ReportSubject,
  reportTable,
  sizesThatKeep,
  speedTable,
  type SuiteReport,
} from "../eval/mod.ts";
import { print } from "./_output.ts";
import { formatSeconds } from "./_progress.ts";
import { writeReportFile } from "./_report_file.ts";

/** A model that was scored. */
export interface ScoredSubject extends ReportSubject {
  /** How many columns its vectors have. */
  dim: number;
}

/** What an evaluation comes to. */
export interface EvalResult {
  /** One entry a model. */
  subjects: readonly ScoredSubject[];
  /** Comparisons between them. */
  comparisons: readonly ComparedReports[];
}

/** Where it goes. */
export interface EvalOutputOptions {
  /** Whether JSON is printed instead of tables. */
  json: boolean;
  /** An HTML file. */
  report?: string;
  /** A CSV file. */
  csv?: string;
}

/**
 * Writes and prints what was found.
 *
 * @param result What was found.
 * @param options Where it goes.
 */
export async function writeEvaluation(result: EvalResult, options: EvalOutputOptions): Promise<void> {
  if (options.csv !== undefined) await writeReportFile(options.csv, csvOf(result));
  if (options.report !== undefined) await writeReportFile(options.report, await htmlOf(result));
  print(options.json ? jsonOf(result) : textOf(result));
}

function textOf({ subjects, comparisons }: EvalResult): string {
  const parts = subjects.flatMap(({ report, rows, speed, dim }) => [
    `${report.subject}, ${dim} dimensions\n\n${reportTable(report, rows)}`,
    sizesThatKeep(rows).map((kept) => `${keptSentence(kept)}\n`).join(""),
    frontierTable(rows),
    speed === undefined ? "" : speedTable(speed),
    paceOf(report),
  ]);
  return [...parts, ...comparisons.map(comparisonTable)].filter((part) => part !== "").join("\n");
}

/** The report itself, with intervals and whatever else was found beside it; of several models, a list. */
function jsonOf({ subjects, comparisons }: EvalResult): string {
  const all = subjects.map(({ report, rows, speed }) => ({
    ...report,
    intervals: rows,
    ...(speed ? { speed } : {}),
  }));
  const compared = comparisons.length > 0 ? { comparisons } : {};
  const value = all.length === 1 ? { ...all[0], ...compared } : { reports: all, ...compared };
  return JSON.stringify(value, withoutItems, 2) + "\n";
}

/** Single queries' and pairs' scores are many megabytes; intervals and comparisons say what they come to. */
function withoutItems(key: string, value: unknown): unknown {
  return key === "items" && typeof value === "object" ? undefined : value;
}

function csvOf({ subjects }: EvalResult): string {
  return subjects.map(({ report, rows }, i) => reportCsv(report, rows, { head: i === 0 })).join("");
}

async function htmlOf({ subjects, comparisons }: EvalResult): Promise<string> {
  const names = subjects.map(({ report }) => report.subject);
  const { hardwareConcurrency } = navigator;
  return await htmlReport({
    title: names.length === 1 ? names[0] : `${names[0]} and ${names.slice(1).join(", ")}`,
    subjects,
    comparisons,
    facts: [
      `Lathe ${config.version}, Deno ${Deno.version.deno}, ${Deno.build.target}, ${hardwareConcurrency} cores, ` +
      `${new Date().toISOString().slice(0, 10)}.`,
    ],
  });
}

function paceOf({ texts, seconds, textsPerSecond }: SuiteReport): string {
  if (seconds === null || textsPerSecond === null) return "";
  const count = (value: number): string => Math.round(value).toLocaleString("en-US");
  return `${count(texts)} texts in ${formatSeconds(seconds)}, encoded at ${count(textsPerSecond)} a second\n`;
}
