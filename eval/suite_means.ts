import type { Metrics } from "./score_rankings.ts";
import type {
  BaselineReport,
  CollectionReport,
  MeanReport,
  QuantizedReport,
  SizeReport,
} from "./suite_report.ts";

/**
 * Averages every score over the collections of one benchmark, kind and main score, as NanoBEIR does: every collection
 * counts the same, however large it is.
 *
 * @param collections reports of any kind
 * @returns one entry for every group of two collections or more, in the order of their first ones
 */
export function suiteMeans(collections: readonly CollectionReport[]): MeanReport[] {
  const groups = Map.groupBy(
    collections,
    ({ benchmark, kind, mainMetric }) => `${benchmark} ${kind} ${mainMetric}`,
  );
  return [...groups.values()].filter((group) => group.length > 1).map(meanOf);
}

function meanOf(group: readonly CollectionReport[]): MeanReport {
  const [{ benchmark, kind, mainMetric, sizes, quantized, baselines }] = group;
  const means = quantized?.flatMap((entry) => {
    const own = group.map((one) => one.quantized?.find((other) => variantOf(other) === variantOf(entry)));
    return meanSize(own).map((mean): QuantizedReport => ({ ...entry, ...mean }));
  });
  return {
    benchmark,
    kind,
    mainMetric,
    collections: group.length,
    sizes: sizes.flatMap(({ size }) => meanSize(group.map((one) => sizeOf(one.sizes, size)))),
    ...(means && means.length > 0 ? { quantized: means.map(withoutItems) } : {}),
    baselines: baselines.flatMap(({ name }) => meanBaseline(group.map((one) => baselineOf(one, name)))),
  };
}

/** The mean of one size over all collections; nothing where one lacks it. */
function meanSize(all: readonly (SizeReport | undefined)[]): SizeReport[] {
  const there = all.filter((entry) => entry !== undefined);
  if (there.length < all.length) return [];
  const [{ size, bytes }] = there;
  return [{ size, bytes, metrics: meanMetrics(there.map(({ metrics }) => metrics)) }];
}

function meanBaseline(all: readonly (BaselineReport | undefined)[]): BaselineReport[] {
  const there = all.filter((entry) => entry !== undefined);
  if (there.length < all.length) return [];
  const [{ name, mainMetric, sizes }] = there;
  const means = sizes?.flatMap(({ size }) => meanSize(there.map((one) => sizeOf(one.sizes ?? [], size))));
  return [{
    name,
    mainMetric,
    metrics: meanMetrics(there.map(({ metrics }) => metrics)),
    ...(means ? { sizes: means } : {}),
  }];
}

function sizeOf(sizes: readonly SizeReport[], size: number): SizeReport | undefined {
  return sizes.find((entry) => entry.size === size);
}

function baselineOf({ baselines }: CollectionReport, name: string): BaselineReport | undefined {
  return baselines.find((entry) => entry.name === name);
}

function variantOf({ precision, rescored, size }: QuantizedReport): string {
  return `${precision} ${rescored} ${size}`;
}

function withoutItems({ items: _, ...report }: QuantizedReport): QuantizedReport {
  return report;
}

/** Means of the scores that all have and that are defined somewhere. */
function meanMetrics(all: readonly Metrics[]): Metrics {
  const common = Object.keys(all[0]).filter((key) => all.every((metrics) => key in metrics));
  return Object.fromEntries(
    common.map((key) => {
      const values = all.map((metrics) => metrics[key]).filter((value) => value !== null);
      return [
        key,
        values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length,
      ];
    }),
  );
}
