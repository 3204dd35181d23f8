/** What measures and metrics are called in tables. */
const METRIC_NAMES: Record<string, string> = {
  accuracy: "Accuracy",
  ap: "AP",
  average_precision: "AP",
  f1: "F1",
  mcc: "MCC",
  mean_accuracy: "Accuracy",
  negative_mse: "−MSE",
  mrr: "MRR",
  map: "MAP",
  ndcg: "NDCG",
  pearson: "Pearson",
  precision: "Precision",
  recall: "Recall",
  spearman: "Spearman",
};

/** What baselines are called in tables. */
const SUBJECT_NAMES: Record<string, string> = { bm25: "BM25", random: "random table" };

/** How vectors are compared or what ranked them: left out where it is the usual one. */
const PREFIX = /^(cosine|dot|euclidean|manhattan|max|bm25)_|_(cosine)$/;

/**
 * The name of a score in tables: `cosine_ndcg@10` is `NDCG@10`, `spearman_cosine` is `Spearman`.
 *
 * @param metric its name in reports
 */
export function metricName(metric: string): string {
  const [name, cutoff] = metric.replace(PREFIX, "").split("@");
  const known = METRIC_NAMES[name] ?? name.replaceAll("_", " ");
  return cutoff === undefined ? known : `${known}@${cutoff}`;
}

/**
 * The name of a model or baseline in tables.
 *
 * @param subject its name in reports
 */
export function subjectName(subject: string): string {
  return SUBJECT_NAMES[subject] ?? subject;
}

/** Bytes for people: `512 B`, `31 MB`; thousands as the International System has them. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (unit + 1 < units.length && bytes >= 1000 ** (unit + 1)) unit++;
  const value = bytes / 1000 ** unit;
  return `${unit === 0 || value >= 100 ? Math.round(value) : Number(value.toPrecision(3))} ${units[unit]}`;
}

/** A score with four decimals; a dash where it is undefined. */
export function formatScore(value: number | null | undefined): string {
  return value === null || value === undefined ? "-" : value.toFixed(4);
}

/** The ends of an interval with three decimals, `0.512–0.561`; nothing where there is none. */
export function formatEnds({ low, high }: { low: number | null; high: number | null }): string {
  return low === null || high === null ? "" : `${low.toFixed(3)}–${high.toFixed(3)}`;
}

/** A difference with its sign and four decimals; a dash where it is undefined. */
export function formatDifference(value: number | null): string {
  if (value === null) return "-";
  const digits = Math.abs(value).toFixed(4);
  return `${value > 0 ? "+" : value < 0 && Number(digits) > 0 ? "-" : ""}${digits}`;
}

/** The ends of a difference's interval, `-0.0142 to +0.0151`; nothing where there is none. */
export function formatDifferenceEnds({ low, high }: { low: number | null; high: number | null }): string {
  return low === null || high === null ? "" : `${formatDifference(low)} to ${formatDifference(high)}`;
}

/** A whole number with its thousands set apart. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** A p value: three decimals, or that it is smaller. */
export function formatP(p: number | null): string {
  return p === null ? "-" : p < 0.001 ? "<0.001" : p.toFixed(3);
}
