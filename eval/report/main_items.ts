import type { ItemScores } from "../item_scores.ts";
import type { CollectionReport, SizeReport, SuiteReport } from "../suite_report.ts";

/**
 * A report with its main scores alone, and of items only what these are made of: what comparisons need, in a few
 * percent of the bytes. Baselines, quantised vectors and worst queries are left out.
 *
 * @param report result of a suite, with items
 */
export function mainItems(report: SuiteReport): SuiteReport {
  const collections = report.collections.map((one): CollectionReport => {
    const { quantized: _, worst: __, ...rest } = one;
    return { ...rest, baselines: [], sizes: one.sizes.map((size) => mainSize(size, one.mainMetric)) };
  });
  const means = report.means.map(({ quantized: _, ...mean }) => ({
    ...mean,
    baselines: [],
    sizes: mean.sizes.map((size) => mainSize(size, mean.mainMetric)),
  }));
  return { ...report, collections, means };
}

/**
 * A report without items and draws, as it is kept beside a model.
 *
 * @param report result of a suite
 */
export function withoutItems(report: SuiteReport): SuiteReport {
  const bare = <T extends { items?: unknown; draws?: unknown }>(
    { items: _, draws: __, ...rest }: T,
  ): Omit<T, "items" | "draws"> => rest;
  const collections = report.collections.map((one) => ({
    ...bare(one),
    sizes: one.sizes.map(bare),
    ...(one.quantized ? { quantized: one.quantized.map(bare) } : {}),
    baselines: one.baselines.map((baseline) => ({
      ...bare(baseline),
      ...(baseline.sizes ? { sizes: baseline.sizes.map(bare) } : {}),
    })),
  }));
  return { ...report, collections: collections as CollectionReport[] };
}

function mainSize({ size, bytes, metrics, items }: SizeReport, metric: string): SizeReport {
  const main = { size, bytes, metrics: { [metric]: metrics[metric] ?? null } };
  return items === undefined ? main : { ...main, items: mainOf(items, metric) };
}

/** Similarities stay as they are: a main score may be made of any of them. */
function mainOf(items: ItemScores, metric: string): ItemScores {
  if (items.kind !== "mean") return items;
  return {
    kind: "mean",
    values: Object.hasOwn(items.values, metric) ? { [metric]: items.values[metric] } : {},
  };
}
