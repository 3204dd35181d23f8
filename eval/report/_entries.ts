import type { ItemScores } from "../item_scores.ts";
import type { Metrics } from "../score_rankings.ts";
import type { BaselineReport, CollectionReport, MeanReport, SuiteReport } from "../suite_report.ts";
import { metricName } from "./_names.ts";
import type { ScoreRow } from "./score_rows.ts";

/** One column of a report: what was scored in one way, by its main score. */
export interface Entry {
  /** All of its row but the score. */
  row: Omit<ScoreRow, "score">;
  /** Every score. */
  metrics: Metrics;
  /** What the scores are made of. */
  items?: ItemScores;
}

/** A collection or a mean. */
export type Scored = Pick<
  CollectionReport,
  "benchmark" | "kind" | "mainMetric" | "sizes" | "quantized" | "baselines"
>;

/** The columns of a collection or mean: plain vectors, quantised ones, baselines. */
export function entriesOf(subject: string, scored: Scored, collection: string): Entry[] {
  const { benchmark, kind, mainMetric, sizes, quantized = [], baselines } = scored;
  const common = { collection, benchmark, kind, isMean: !("name" in scored), subject, isBaseline: false };
  const plain = sizes.map((each) => ({ ...each, precision: "float32" as const, rescored: false }));
  return [
    ...[...plain, ...quantized].map(({ size, bytes, precision, rescored, metrics, items }): Entry => ({
      row: { ...common, metric: mainMetric, size, precision, rescored, bytes },
      metrics,
      items,
    })),
    ...baselines.flatMap((baseline) => baselineEntries(baseline, { ...common, isBaseline: true })),
  ];
}

function baselineEntries(
  { name, mainMetric, metrics, items, sizes }: BaselineReport,
  common: Pick<ScoreRow, "collection" | "benchmark" | "kind" | "isMean" | "isBaseline">,
): Entry[] {
  const row = { ...common, subject: name, metric: mainMetric, rescored: false };
  if (sizes === undefined) {
    return [{ row: { ...row, size: null, precision: null, bytes: null }, metrics, items }];
  }
  return sizes.map(({ size, bytes, metrics, items }): Entry => ({
    row: { ...row, size, precision: "float32", bytes },
    metrics,
    items,
  }));
}

/** What a mean over a benchmark's collections is called; with its score where the benchmark has several means. */
export function meanName({ benchmark, mainMetric }: MeanReport, { means }: SuiteReport): string {
  const several = means.filter((mean) => mean.benchmark === benchmark).length > 1;
  return `mean of ${benchmark}${several ? `, ${metricName(mainMetric)}` : ""}`;
}

/** The collections that a mean is taken over. */
export function membersOf(
  { benchmark, kind, mainMetric }: MeanReport,
  { collections }: SuiteReport,
): CollectionReport[] {
  return collections.filter((each) =>
    each.benchmark === benchmark && each.kind === kind && each.mainMetric === mainMetric
  );
}
