import { headlineRows, isPlain } from "./_headlines.ts";
import { formatCount, metricName } from "./_names.ts";
import type { ScoreRow } from "./score_rows.ts";

/** Down to which size a score stays within some share of that of the largest size. */
export interface KeptSize {
  /** Name of the collection or mean. */
  collection: string;
  /** Name of the model. */
  subject: string;
  /** Name of the score. */
  metric: string;
  /** The largest size. */
  full: number;
  /** The smallest size scored from which on up no score is lower by more than 1 %. */
  within1Percent: number;
  /** The same for 5 %. */
  within5Percent: number;
}

/**
 * How far every headline (means, and collections that belong to none) can be truncated: down to which of the sizes
 * scored the loss is at most 1 % and 5 % of the score of the largest size.
 *
 * @param rows rows of a report
 * @returns nothing where only one size was scored or the largest has no positive score
 */
export function sizesThatKeep(rows: readonly ScoreRow[]): KeptSize[] {
  const own = headlineRows(rows).filter((row) => isPlain(row) && !row.isBaseline && row.size !== null);
  const groups = new Map<string, ScoreRow[]>();
  for (const row of own) {
    const key = `${row.subject}\n${row.collection}`;
    groups.set(key, [...groups.get(key) ?? [], row]);
  }
  return [...groups.values()].flatMap((group) => {
    const sorted = group.toSorted((a, b) => b.size! - a.size!);
    const [{ collection, subject, metric, size, score }] = sorted;
    if (sorted.length < 2 || !(score.value! > 0)) return [];
    const within = (share: number): number => smallestKept(sorted, score.value! * (1 - share));
    return [{
      collection,
      subject,
      metric,
      full: size!,
      within1Percent: within(0.01),
      within5Percent: within(0.05),
    }];
  });
}

/**
 * A sentence about one headline.
 *
 * @param kept {@link KeptSize}
 */
export function keptSentence({ collection, metric, full, within1Percent, within5Percent }: KeptSize): string {
  const part = (share: number, size: number): string =>
    `within ${share} % ${size === full ? "at no smaller size" : `down to ${formatCount(size)}`}`;
  return `${collection}: ${metricName(metric)} stays ${part(1, within1Percent)} and ${
    part(5, within5Percent)
  } of that at ${formatCount(full)} dimensions`;
}

/** Walks down from the largest size as long as scores stay at the bar or above. */
function smallestKept(sorted: readonly ScoreRow[], bar: number): number {
  let kept = sorted[0].size!;
  for (const { size, score } of sorted) {
    if (score.value === null || score.value < bar) break;
    kept = size!;
  }
  return kept;
}
