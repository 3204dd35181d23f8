import type { CollectionReport, SuiteReport } from "../suite_report.ts";
import { type BootstrapOptions, metricStatistic, resample, type Resampled } from "../uncertainty/mod.ts";
import { namedScores } from "./named_scores.ts";

/** Which score of a report counts. */
export interface ScoreChoice {
  /**
   * A score by its name in `metrics.jsonl`, such as `NanoBEIR_mean_cosine_ndcg@10`.
   * @default the mean of all collections' main scores
   */
  metric?: string;
  /**
   * How many columns count.
   * @default the largest size of the report
   */
  size?: number;
}

/** Options of {@link drawScore}. */
export interface ScoreDrawsOptions extends ScoreChoice, BootstrapOptions {
  /**
   * Checksum of every collection's texts by its name, which tell items of different runs apart.
   * @default none: items are told apart by their ids
   */
  texts?: Readonly<Record<string, string>>;
}

/** A score in one collection, drawn anew. */
export interface CollectionDraws {
  /** Name of the collection. */
  name: string;
  /** What the items are: equal where they are the same items. */
  items: string;
  /** How many there are. */
  count: number;
  /** What one item is. */
  unit: string;
  /** The score and its draws. */
  resampled: Resampled;
}

/** The score of a run that counts, drawn anew: what runs are compared by. */
export interface ScoreDraws {
  /** The score; null where it is undefined. */
  value: number | null;
  /** One entry a collection that it is the mean of; empty where some were scored without items. */
  collections: CollectionDraws[];
}

/**
 * Takes one score of a report and draws its items anew. Runs on the same items share their draws, so that differences
 * of runs are differences of draws.
 *
 * @param report result of a suite; without items there are no draws
 * @param options {@link ScoreDrawsOptions}
 * @throws {RangeError} if the report has no such score or size; the message lists those there are
 */
export function drawScore(report: SuiteReport, options: ScoreDrawsOptions = {}): ScoreDraws {
  checkScoreChoice(report, options);
  const { metric, size = report.sizes.at(-1) } = options;
  const members = metric === undefined
    ? report.collections
    : namedScores(report).find(({ name }) => name === metric)!.collections;
  const values = members.map((member) => valueOf(member, size));
  const isDefined = values.every((value) => value !== null);
  const mean = values.reduce((sum: number, value) => sum + (value ?? 0), 0) / values.length;
  const drawn = members.flatMap((member) => drawsOf(member, size, options) ?? []);
  return { value: isDefined ? mean : null, collections: drawn.length < members.length ? [] : drawn };
}

/**
 * Checks that a report has a score.
 *
 * @param report result of a suite
 * @param choice {@link ScoreChoice}
 * @throws {RangeError} if it has not; the message lists those there are
 */
export function checkScoreChoice(report: SuiteReport, { metric, size }: ScoreChoice): void {
  if (size !== undefined && !report.sizes.includes(size)) {
    throw new RangeError(
      `Cannot rank by size ${size}: it is not scored; choose one of ${report.sizes.join(", ")}`,
    );
  }
  const names = namedScores(report).map(({ name }) => name);
  if (metric === undefined || names.includes(metric)) return;
  throw new RangeError(
    `Cannot rank by ${metric}: the evaluation has no such score; choose one of ${names.join(", ")}`,
  );
}

function valueOf({ sizes, mainMetric }: CollectionReport, size: number | undefined): number | null {
  return sizes.find((entry) => entry.size === size)?.metrics[mainMetric] ?? null;
}

function drawsOf(
  { name, sizes, mainMetric, items }: CollectionReport,
  size: number | undefined,
  { texts = {}, seed, resamples }: ScoreDrawsOptions,
): CollectionDraws | null {
  const scores = sizes.find((entry) => entry.size === size)?.items;
  if (items === undefined || scores === undefined) return null;
  const statistic = metricStatistic(scores, mainMetric, items.gold);
  if (statistic === null) return null;
  const count = items.ids.length;
  const [resampled] = resample({ name, items: count, statistics: [statistic] }, { seed, resamples });
  const identity = JSON.stringify([name, mainMetric, texts[name] ?? null, items.ids]);
  return { name, items: identity, count, unit: items.unit, resampled };
}
