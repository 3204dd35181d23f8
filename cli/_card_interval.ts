import { type CollectionItems, intervals, type ItemScores, metricStatistic } from "../eval/mod.ts";
import type { ScoredCollection, ScoredSize } from "../export/mod.ts";

/**
 * The 95 % interval of a collection's main score, where its report holds the scores of single items.
 *
 * @param collection One of a report.
 * @param size One of its sizes.
 * @returns Both ends, or undefined where the report does not tell.
 */
export function cardInterval(
  collection: ScoredCollection & { items?: CollectionItems },
  size: ScoredSize & { items?: ItemScores },
): readonly [low: number, high: number] | undefined {
  if (size.items === undefined || collection.items === undefined) return undefined;
  const statistic = metricStatistic(size.items, collection.mainMetric, collection.items.gold);
  if (statistic === null) return undefined;
  const [{ low, high }] = intervals([{ items: collection.items.ids.length, statistics: [statistic] }]);
  return low === null || high === null ? undefined : [low, high];
}
