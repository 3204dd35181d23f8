import type { LabelKind, LossRequirements } from "./loss.ts";

/** Kinds of labels that are also labels of another kind. */
const ALSO: Partial<Record<LabelKind, readonly LabelKind[]>> = {
  binary: ["similarity", "score"],
  similarity: ["score"],
  scores: ["margins"],
};

/**
 * What several losses on the same rows ask of their data.
 *
 * @throws {RangeError} if no data could fit them all
 */
export function combineRequirements(all: readonly LossRequirements[]): LossRequirements {
  const minColumns = Math.max(...all.map((needs) => needs.minColumns));
  const maxColumns = Math.min(...all.map((needs) => needs.maxColumns));
  const columns = [...new Set(all.map((needs) => needs.columns))].join(" together with ");
  if (minColumns > maxColumns) throw cannotAdd(columns);
  const kinds = [...new Set(all.flatMap((needs) => needs.labels ? [needs.labelKind ?? "score"] : []))];
  const strictest = kinds.find((kind) =>
    kinds.every((other) => other === kind || ALSO[kind]?.includes(other))
  );
  if (kinds.length > 0 && strictest === undefined) throw cannotAdd(columns);
  const guide = all.some((needs) => needs.guide === true);
  return { minColumns, maxColumns, labels: kinds.length > 0, labelKind: strictest, guide, columns };
}

function cannotAdd(columns: string): RangeError {
  return new RangeError(
    `Cannot add up the losses: they need ${columns}, which no data has; add up losses for the same columns and labels`,
  );
}
