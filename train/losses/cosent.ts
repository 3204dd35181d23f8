import {
  add,
  greaterOrEqual,
  logSumExp,
  neg,
  reduceSum,
  softplus,
  transpose,
  type Value,
} from "../../graph/mod.ts";
import { labelColumn } from "./_label_column.ts";
import type { LossInputs, LossRequirements } from "./loss.ts";

/**
 * CoSENT: of two pairs, the one with the higher label must have the higher cosine. Only the order of the labels counts.
 *
 * Formula: L = log(1 + sum over pairs i, j with y_i < y_j of exp(s (cos_i - cos_j))).
 *
 * Columns: (text1, text2) with a score as label.
 *
 * Reference: Huang et al. 2024, "CoSENT: Consistent Sentence Embedding via Similarity Ranking"; first Su 2022,
 * kexue.fm/archives/8847. `CoSENTLoss` of Sentence Transformers.
 */
export interface CoSentSpec {
  /** Which loss. */
  kind: "coSent";
  /** Factor of the cosines, above 0. */
  scale: number;
}

/** Columns that losses over scored pairs need. */
export const SCORED_PAIRS: LossRequirements = {
  minColumns: 2,
  maxColumns: 2,
  labels: true,
  labelKind: "score",
  columns: "(text1, text2) and a score as label",
};

/** Appends {@link CoSentSpec}'s formula. */
export function coSentLoss({ scale }: CoSentSpec, inputs: LossInputs): Value {
  const [first, second] = inputs.columns;
  return orderLoss(first.rowCosines(second, scale), labelColumn(inputs));
}

/**
 * log(1 + sum over y_i < y_j of exp(x_i - x_j)), for logits x [n, 1] and labels y [n, 1].
 *
 * The row i of the matrix gives log sum_j exp(-x_j), so x_i is added to [n, 1] and the matrix [n, n] is passed over
 * once less, forward and backward.
 */
export function orderLoss(logits: Value, labels: Value): Value {
  const isNotAbove = greaterOrEqual(labels, transpose(labels));
  const rows = add(logits, logSumExp(transpose(neg(logits)), isNotAbove));
  return reduceSum(softplus(logSumExp(transpose(rows))));
}
