import type { LabelKind } from "./loss.ts";
import { lossRequirements, type LossSpec } from "./registry.ts";

/** Options of {@link checkLabels}. */
export interface CheckLabelsOptions {
  /** Labels of a row. @default 1 */
  width?: number;
  /** Row of every label, counted from 1, if these are only some of all labels. @default by place and width */
  rows?: readonly number[];
  /** What to call the data in messages. @default "the data" */
  name?: string;
}

/** Largest whole number up to which float32 holds every one. */
const LARGEST_CLASS = 2 ** 24;

/** What labels of a kind must be, besides finite, and the words for it. */
const RULES: Partial<Record<LabelKind, { holds: (label: number) => boolean; words: string }>> = {
  similarity: { holds: (label) => label >= -1 && label <= 1, words: "a similarity from -1 to 1" },
  binary: { holds: (label) => label === 0 || label === 1, words: "1 (together) or 0 (apart)" },
  class: {
    holds: (label) => Number.isInteger(label) && Math.abs(label) <= LARGEST_CLASS,
    words: `a whole number of at most ${LARGEST_CLASS}`,
  },
};

/**
 * Checks that labels are what a loss reads.
 *
 * @param labels float32 [rows, width], row-major
 * @throws {RangeError} at the first label that is not finite or out of range, with its row (counted from 1)
 */
export function checkLabels(
  loss: LossSpec,
  labels: ArrayLike<number>,
  { width = 1, rows, name = "the data" }: CheckLabelsOptions = {},
): void {
  const { labels: needed, labelKind = "score" } = lossRequirements(loss);
  if (!needed) return;
  const rule = RULES[labelKind];
  for (let i = 0; i < labels.length; i++) {
    if (Number.isFinite(labels[i]) && (rule === undefined || rule.holds(labels[i]))) continue;
    const row = rows?.[i] ?? Math.floor(i / width) + 1;
    throw new RangeError(
      `Cannot train on ${name}: the label ${labels[i]} of row ${row} is not ${
        rule?.words ?? "a finite number"
      }; ` +
        `correct it or name another loss than ${loss.kind}`,
    );
  }
}

/**
 * How many labels a row may have for a loss: one number, several alternatives, or [0] if it needs none.
 *
 * @param columns text columns of a row
 * @param dim the model's dimension
 */
export function labelWidths(loss: LossSpec, columns: number, dim: number): number[] {
  const { labels, labelKind = "score" } = lossRequirements(loss);
  if (!labels) return [0];
  switch (labelKind) {
    case "margins":
      return [columns - 2, columns - 1];
    case "scores":
      return [columns - 1];
    case "vector":
      return columns === 1 ? [dim] : [dim, columns * dim];
    default:
      return [1];
  }
}
