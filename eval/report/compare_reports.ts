import type { CollectionReport, MeanReport, SuiteReport } from "../suite_report.ts";
import {
  type BootstrapOptions,
  comparePaired,
  holm,
  type PairedComparison,
  type PairedDifference,
  pairedDifference,
  type PermutationOptions,
} from "../uncertainty/mod.ts";
import { meanName, membersOf } from "./_entries.ts";
import { type Side, sideOf, whyNot } from "./_sides.ts";

/** One side of a comparison: a model at a size, or a baseline beside it. */
export interface Contestant {
  /** Name in tables. */
  name: string;
  /** The suite's report, with items. */
  report: SuiteReport;
  /**
   * How many columns count.
   * @default the largest size of the report
   */
  size?: number;
  /** Name of the baseline, where it is one. */
  baseline?: string;
}

/** Options of {@link compareReports}. */
export interface CompareOptions extends BootstrapOptions, PermutationOptions {
  /**
   * From which p value on, adjusted for the number of collections, a difference counts as noise.
   * @default 0.05
   */
  alpha?: number;
}

/** What a comparison says: the second is better or worse, the difference is noise, or nothing can be said. */
export type Verdict = "better" | "worse" | "noise" | "unknown";

/** Two sides on one collection or mean. */
export interface ComparedRow {
  /** Name of the collection, or of the benchmark whose mean it is. */
  collection: string;
  /** Whether it is a mean over the benchmark's collections. */
  isMean: boolean;
  /** Name of the score. */
  metric: string;
  /** What one item is. */
  unit: string;
  /** The first side's score; null where undefined. */
  first: number | null;
  /** The second side's score; null where undefined. */
  second: number | null;
  /** Interval, tests and items needed; null where they could not be had. */
  comparison: PairedComparison | null;
  /** The permutation test's p value, adjusted for the number of rows by Holm's method; null where undefined. */
  adjustedP: number | null;
  /** What it says of the second side. */
  verdict: Verdict;
  /** Why there is no comparison. */
  note?: string;
}

/** Two sides and every collection that both were scored on. */
export interface ComparedReports {
  /** Name of the first side. */
  first: string;
  /** Name of the second side. */
  second: string;
  /** One row a collection, then one a mean. */
  rows: ComparedRow[];
}

/** A row before its p value is adjusted, and what a mean needs of it. */
interface Paired {
  row: ComparedRow;
  difference: PairedDifference | null;
}

/**
 * Compares two sides on every collection that both were scored on, item by item, and on the means over benchmarks.
 * A difference counts where the permutation test's p value, adjusted by Holm's method for the number of collections
 * (of means, for the means), is below `alpha` and the interval leaves out 0; all else is noise.
 *
 * @param first what is compared with
 * @param second what is compared
 * @param options {@link CompareOptions}
 */
export function compareReports(
  first: Contestant,
  second: Contestant,
  options: CompareOptions = {},
): ComparedReports {
  const others = new Map(second.report.collections.map((each) => [each.name, each]));
  const pairs = first.report.collections.filter(({ name }) => others.has(name))
    .map((collection) => pairedOn([collection, others.get(collection.name)!], [first, second], options));
  const compared = pairs.map((pair) => tested(pair.row, [pair], options));
  const means = first.report.means.flatMap((mean) => {
    const row = meanRow(mean, [first, second]);
    if (row === null) return [];
    const names = membersOf(mean, first.report).map(({ name }) => name);
    return [tested(row, pairs.filter((pair) => names.includes(pair.row.collection)), options)];
  });
  return {
    first: first.name,
    second: second.name,
    rows: [...judged(compared, options), ...judged(means, options)],
  };
}

function pairedOn(
  [a, b]: readonly [CollectionReport, CollectionReport],
  [first, second]: readonly [Contestant, Contestant],
  options: CompareOptions,
): Paired {
  const [left, right] = [sideOf(a, first), sideOf(b, second)];
  const note = whyNot([a, left], [b, right]);
  const unit = a.items?.unit ?? "item";
  const row = bareRow(a.name, left, right, { isMean: false, unit, note });
  if (note !== undefined) return { row, difference: null };
  const difference = pairedDifference({
    name: a.name,
    items: a.items!.ids.length,
    first: left!.items!,
    second: right!.items!,
    metric: right!.metric,
    firstMetric: left!.metric,
    gold: a.items!.gold,
  }, options);
  if (difference !== null) return { row, difference };
  return { row: { ...row, note: `${row.metric} is not made of single ${unit} scores` }, difference };
}

function meanRow(mean: MeanReport, [first, second]: readonly [Contestant, Contestant]): ComparedRow | null {
  const other = second.report.means.find((each) =>
    each.benchmark === mean.benchmark && each.kind === mean.kind && each.mainMetric === mean.mainMetric
  );
  if (other === undefined || other.collections !== mean.collections) return null;
  const [left, right] = [sideOf(mean, first), sideOf(other, second)];
  const unit = membersOf(mean, first.report)[0].items?.unit ?? "item";
  return bareRow(meanName(mean, first.report), left, right, { isMean: true, unit });
}

function bareRow(
  collection: string,
  left: Side | undefined,
  right: Side | undefined,
  { isMean, unit, note }: Pick<ComparedRow, "isMean" | "unit" | "note">,
): ComparedRow {
  return {
    collection,
    isMean,
    metric: right?.metric ?? left?.metric ?? "",
    unit,
    first: left?.value ?? null,
    second: right?.value ?? null,
    comparison: null,
    adjustedP: null,
    verdict: "unknown",
    ...(note === undefined ? {} : { note }),
  };
}

/** A row with its tests, from the pairs of one collection or of all that a mean is taken over. */
function tested(row: ComparedRow, pairs: readonly Paired[], options: CompareOptions): ComparedRow {
  const strata = pairs.flatMap(({ difference }) => difference ?? []);
  if (strata.length === 0 || strata.length < pairs.length) {
    return { note: "not all of it can be compared", ...row };
  }
  return { ...row, comparison: comparePaired(strata, { ...options, unit: row.unit }) };
}

function judged(rows: readonly ComparedRow[], { alpha = 0.05 }: CompareOptions): ComparedRow[] {
  const adjusted = holm(rows.map(({ comparison }) => comparison?.p ?? null));
  return rows.map((row, i) => ({
    ...row,
    adjustedP: adjusted[i],
    verdict: verdictOf(row, adjusted[i], alpha),
  }));
}

function verdictOf({ comparison }: ComparedRow, p: number | null, alpha: number): Verdict {
  if (p === null || comparison === null) return "unknown";
  const { value, low, high } = comparison.difference;
  const holdsZero = low !== null && high !== null && low <= 0 && high >= 0;
  if (p >= alpha || holdsZero) return "noise";
  return value! > 0 ? "better" : "worse";
}
