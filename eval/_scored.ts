import { vectorBytes } from "../model/mod.ts";
import type { Arithmetic } from "./arithmetic.ts";
import type { ChunkEncoder } from "./_encode_chunks.ts";
import type { EvaluatedSize } from "./evaluation.ts";
import type { ItemScores } from "./item_scores.ts";
import type { CollectionReport, Precision, QuantizedReport, SizeReport } from "./suite_report.ts";

/** How one encoder is scored on one collection. */
export interface ScoringTask {
  encoding: ChunkEncoder;
  arithmetic: Arithmetic;
  /** Sizes to score; the full size where there are none. Those larger than the vectors are left out if `lenient`. */
  truncate?: readonly number[];
  lenient: boolean;
  precisions: readonly QuantizedReport["precision"][];
  perItem: boolean;
  /** Worst queries to show, and whether with texts. */
  worst: { count: number; texts: boolean };
}

/** What one encoder scored on one collection. */
export type Scored =
  & Pick<CollectionReport, "mainMetric" | "counts" | "sizes" | "notes">
  & Partial<Pick<CollectionReport, "quantized" | "items" | "worst">>;

/** The wish for sizes that fits vectors of so many columns. */
export function truncationFor(
  { truncate, lenient }: ScoringTask,
  columns: number,
): readonly number[] | undefined {
  if (!lenient || truncate === undefined) return truncate;
  const fitting = truncate.filter((size) => size <= columns);
  return fitting.length > 0 ? fitting : undefined;
}

/** One size of an evaluation as plain JSON. */
export function sizeReport(
  { size, metrics, items, draws }: EvaluatedSize,
  { precision, perItem }: { precision: Precision; perItem: boolean },
): SizeReport {
  const report = { size, bytes: vectorBytes(precision, size), metrics };
  if (!perItem) return report;
  return { ...report, ...(items ? { items: plainItems(items) } : {}), ...(draws ? { draws } : {}) };
}

function plainItems(items: ItemScores<ArrayLike<number>>): ItemScores {
  if (items.kind === "mean") return { kind: "mean", values: plainLists(items.values) };
  return { kind: items.kind, similarities: plainLists(items.similarities) };
}

function plainLists<K extends string>(lists: Record<K, ArrayLike<number>>): Record<K, number[]> {
  const entries = Object.entries<ArrayLike<number>>(lists).map(([name, list]) => [name, Array.from(list)]);
  return Object.fromEntries(entries) as Record<K, number[]>;
}
