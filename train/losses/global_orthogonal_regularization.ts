import {
  add,
  cast,
  div,
  extentOf,
  maximum,
  mul,
  reduceSum,
  relu,
  replaceDiagonal,
  square,
  sub,
  sumOf,
  type Value,
} from "../../graph/mod.ts";
import type { Embedding } from "./embedding.ts";
import type { LossInputs, LossRequirements } from "./loss.ts";

/**
 * GlobalOrthogonalRegularization: texts drawn at random must be as similar as points drawn at random on a sphere, so
 * that the embeddings use the whole space. It knows nothing of which texts belong together: add it to another loss.
 *
 * Formula: per column M1 = mean of cos over i != j, M2 = mean of cos^2; L = meanWeight M1^2 + secondMomentWeight
 * max(0, M2 - 1/dim), the mean (or sum) over columns.
 *
 * Columns: (text1, ...), any number.
 *
 * Reference: Zhang et al. 2017, "Learning Spread-out Local Feature Descriptors", equation 4.
 * `GlobalOrthogonalRegularizationLoss` of Sentence Transformers.
 */
export interface GlobalOrthogonalRegularizationSpec {
  /** Which loss. */
  kind: "globalOrthogonalRegularization";
  /** Weight of the mean, 0 or more. */
  meanWeight: number;
  /** Weight of the second moment, 0 or more. */
  secondMomentWeight: number;
  /** Mean or sum over the text columns. */
  aggregation: "mean" | "sum";
}

/** Columns that GlobalOrthogonalRegularization needs. */
export const ANY_COLUMNS: LossRequirements = {
  minColumns: 1,
  maxColumns: Infinity,
  labels: false,
  columns: "(text1, ...)",
};

/** Appends {@link GlobalOrthogonalRegularizationSpec}'s formula. A batch of one has no pairs and gives 0. */
export function globalOrthogonalRegularizationLoss(
  spec: GlobalOrthogonalRegularizationSpec,
  { columns }: LossInputs,
): Value {
  const total = sumOf(columns.map((column) => columnLoss(column, spec)));
  return spec.aggregation === "sum" ? total : mul(total, 1 / columns.length);
}

function columnLoss(
  column: Embedding,
  { meanWeight, secondMomentWeight }: GlobalOrthogonalRegularizationSpec,
): Value {
  const cosines = replaceDiagonal(column.cosines(column), 0);
  const rows = cast(extentOf(cosines, 0), "float32");
  const pairs = maximum(mul(rows, sub(rows, 1)), 1);
  const first = square(div(reduceSum(cosines), pairs));
  const second = relu(sub(div(reduceSum(square(cosines)), pairs), 1 / column.size));
  return add(mul(first, meanWeight), mul(second, secondMomentWeight));
}
