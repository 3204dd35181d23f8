import type { ItemScores } from "../item_scores.ts";
import type { BaselineReport, CollectionReport, SizeReport } from "../suite_report.ts";
import type { Contestant } from "./compare_reports.ts";

/** One side's score on a collection. */
export interface Side {
  /** Name of the score. */
  metric: string;
  /** The score; null where undefined. */
  value: number | null;
  /** What it is made of. */
  items?: ItemScores;
}

/** A side's score on a collection or mean; undefined where it was not scored so. */
export function sideOf(
  { sizes, baselines, mainMetric }: Pick<CollectionReport, "sizes" | "baselines" | "mainMetric">,
  { size, baseline }: Contestant,
): Side | undefined {
  const found: SizeReport | BaselineReport | undefined = baseline !== undefined
    ? baselines.find(({ name }) => name === baseline)
    : size === undefined
    ? sizes.at(-1)
    : sizes.find((each) => each.size === size);
  if (found === undefined) return undefined;
  const metric = "mainMetric" in found ? found.mainMetric : mainMetric;
  return { metric, value: found.metrics[metric] ?? null, items: found.items };
}

/** Why two sides cannot be compared on a collection; undefined where they can. */
export function whyNot(
  [a, left]: readonly [CollectionReport, Side | undefined],
  [b, right]: readonly [CollectionReport, Side | undefined],
): string | undefined {
  if (left === undefined || right === undefined) return "one side was not scored";
  if (left.value === null || right.value === null) return "undefined";
  if (a.items === undefined || b.items === undefined || !left.items || !right.items) {
    return "it has no items to compare one by one";
  }
  const isSame = a.items.ids.length === b.items.ids.length &&
    a.items.ids.every((id, i) => b.items!.ids[i] === id);
  return isSame ? undefined : `the two were not scored on the same items`;
}
