import { add, mul, reduceMean, reduceSum, relu, square, sub, type Value } from "../../graph/mod.ts";
import { labelColumn } from "./_label_column.ts";
import type { Distance } from "./embedding.ts";
import type { LossInputs, LossRequirements } from "./loss.ts";

/**
 * Contrastive: pairs that belong together are drawn together, others are pushed apart up to a margin.
 *
 * Formula: L = 1/n sum_i 1/2 [ y_i d_i^2 + (1 - y_i) max(0, margin - d_i)^2 ], d_i the distance of the two texts; with
 * `reduction` "sum" without 1/n.
 *
 * Columns: (text1, text2) with 1 (together) or 0 (apart) as label.
 *
 * Reference: Hadsell et al. 2006, "Dimensionality Reduction by Learning an Invariant Mapping". `ContrastiveLoss` of
 * Sentence Transformers.
 */
export interface ContrastiveSpec {
  /** Which loss. */
  kind: "contrastive";
  /** How distances are measured. */
  distance: Distance;
  /** Distance from which on a pair that does not belong together costs nothing, above 0. */
  margin: number;
  /** Mean or sum over the rows. */
  reduction: "mean" | "sum";
}

/** Columns that losses over pairs with a yes or no need. */
export const BINARY_PAIRS: LossRequirements = {
  minColumns: 2,
  maxColumns: 2,
  labels: true,
  labelKind: "binary",
  columns: "(text1, text2) and 1 or 0 as label",
};

/** Appends {@link ContrastiveSpec}'s formula. */
export function contrastiveLoss({ distance, margin, reduction }: ContrastiveSpec, inputs: LossInputs): Value {
  const [first, second] = inputs.columns;
  const distances = first.rowDistances(second, distance);
  const labels = labelColumn(inputs);
  const together = mul(labels, square(distances));
  const apart = mul(sub(1, labels), square(relu(sub(margin, distances))));
  const reduce = reduction === "mean" ? reduceMean : reduceSum;
  return mul(reduce(add(together, apart)), 0.5);
}
