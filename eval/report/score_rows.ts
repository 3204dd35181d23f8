import type { CollectionReport, Precision, SuiteReport } from "../suite_report.ts";
import {
  combine,
  type Interval,
  intervalOf,
  type IntervalOptions,
  metricStatistic,
  resample,
  type Resampled,
} from "../uncertainty/mod.ts";
import { entriesOf, type Entry, meanName, membersOf } from "./_entries.ts";

/** One number of a report, with its interval: what tables, charts and files are made of. */
export interface ScoreRow {
  /** Name of the collection, or of the benchmark whose mean it is. */
  collection: string;
  /** Name of the benchmark. */
  benchmark: string;
  /** What was scored. */
  kind: CollectionReport["kind"];
  /** Whether it is a mean over the benchmark's collections. */
  isMean: boolean;
  /** Name of the model or baseline. */
  subject: string;
  /** Whether it is a baseline beside the model. */
  isBaseline: boolean;
  /** Name of the score. */
  metric: string;
  /** How many columns counted; null where there are no vectors, as with BM25. */
  size: number | null;
  /** How the vectors' numbers are written; null where there are no vectors. */
  precision: Precision | null;
  /** Whether more results than needed were ranked again with the float32 query. */
  rescored: boolean;
  /** Bytes of one stored vector; null where there are no vectors. */
  bytes: number | null;
  /** The score and its interval. */
  score: Interval;
}

/**
 * The main score of every collection and mean at every size, of quantised vectors and of baselines, each with its
 * interval. Intervals need a report with items; without them rows have scores alone. The rows of one collection share
 * their draws, and a mean is drawn from those of its collections.
 *
 * @param report result of a suite
 * @param options {@link IntervalOptions}
 */
export function scoreRows(report: SuiteReport, options: IntervalOptions = {}): ScoreRow[] {
  const drawn = new Map(report.collections.map((one) => [one, drawnEntries(one, options)]));
  return groupsOf(report).flatMap(({ entries, members }) => {
    const strata = members.length;
    const items = itemCount(members);
    const { unit } = members[0].items ?? {};
    return entries.map(({ row, metrics }): ScoreRow => {
      const value = metrics[row.metric] ?? null;
      const parts = members.map((member) =>
        drawn.get(member)!.find(({ entry }) => isSameColumn(entry.row, row))?.resampled
      );
      if (parts.includes(undefined)) return { ...row, score: bare(value, items) };
      const interval = intervalOf(combine(parts as Resampled[]), { ...options, items, strata, unit });
      return { ...row, score: { ...interval, value } };
    });
  });
}

/**
 * Every score of a report, the main ones and all others, without intervals.
 *
 * @param report result of a suite
 */
export function metricRows(report: SuiteReport): ScoreRow[] {
  return groupsOf(report).flatMap(({ entries, members }) =>
    entries.flatMap(({ row, metrics }) =>
      Object.entries(metrics).map(([metric, value]) => ({
        ...row,
        metric,
        score: bare(value, itemCount(members)),
      }))
    )
  );
}

/** The columns of every collection and mean, and the collections they rest on. */
function groupsOf(report: SuiteReport): { entries: Entry[]; members: CollectionReport[] }[] {
  const { subject, collections, means } = report;
  return [
    ...collections.map((one) => ({ entries: entriesOf(subject, one, one.name), members: [one] })),
    ...means.map((mean) => ({
      entries: entriesOf(subject, mean, meanName(mean, report)),
      members: membersOf(mean, report),
    })),
  ];
}

/** Draws the items of a collection once for all its columns that are made of single items. */
function drawnEntries(
  collection: CollectionReport,
  options: IntervalOptions,
): { entry: Entry; resampled: Resampled }[] {
  const { items, name } = collection;
  if (items === undefined) return [];
  const found = entriesOf("", collection, "").flatMap((entry) => {
    const statistic = entry.items && metricStatistic(entry.items, entry.row.metric, items.gold);
    return statistic ? [{ entry, statistic }] : [];
  });
  const statistics = found.map(({ statistic }) => statistic);
  const resampled = resample({ name, items: items.ids.length, statistics }, options);
  return found.map(({ entry }, i) => ({ entry, resampled: resampled[i] }));
}

/** A score without interval. */
function bare(value: number | null, items: number): Interval {
  return { value, low: null, high: null, items, ...(value === null ? { note: "undefined" } : {}) };
}

function itemCount(members: readonly CollectionReport[]): number {
  return members.reduce((sum, { items }) => sum + (items?.ids.length ?? 0), 0);
}

function isSameColumn(a: Entry["row"], b: Entry["row"]): boolean {
  return a.size === b.size && a.precision === b.precision && a.rescored === b.rescored &&
    a.isBaseline === b.isBaseline && (!a.isBaseline || a.subject === b.subject);
}
