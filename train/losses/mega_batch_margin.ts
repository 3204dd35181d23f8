import {
  add,
  diagonalMask,
  EXCLUDED_LOGIT,
  reduceMax,
  reduceMean,
  relu,
  sub,
  type Value,
  where,
} from "../../graph/mod.ts";
import type { LossInputs, LossRequirements } from "./loss.ts";

/**
 * MegaBatchMargin: the cosine with the own positive must reach one margin, the cosine with the nearest positive of
 * another row must not exceed a second one. Made for large batches, in which the nearest is hard.
 *
 * Formula: L = 1/n sum_i [ max(0, positiveMargin - cos(a_i, p_i)) + max(0, max over j != i of cos(a_i, p_j) -
 * negativeMargin) ].
 *
 * Columns: (anchor, positive).
 *
 * Reference: Wieting and Gimpel 2018, "ParaNMT-50M", section 4.1. `MegaBatchMarginLoss` of Sentence Transformers, which
 * refuses its mini-batched form for static embeddings; here the whole batch is in memory at once.
 */
export interface MegaBatchMarginSpec {
  /** Which loss. */
  kind: "megaBatchMargin";
  /** Cosine that a positive must reach, -1 to 1. */
  positiveMargin: number;
  /** Cosine that a negative must not exceed, -1 to 1. */
  negativeMargin: number;
}

/** Columns that MegaBatchMargin needs. */
export const MEGA_BATCH_MARGIN_NEEDS: LossRequirements = {
  minColumns: 2,
  maxColumns: 2,
  labels: false,
  columns: "(anchor, positive)",
};

/** Appends {@link MegaBatchMarginSpec}'s formula. */
export function megaBatchMarginLoss(
  { positiveMargin, negativeMargin }: MegaBatchMarginSpec,
  { columns }: LossInputs,
): Value {
  const [anchor, positive] = columns;
  const cosines = anchor.cosines(positive);
  const others = where(diagonalMask(cosines), EXCLUDED_LOGIT, cosines);
  const nearest = reduceMax(others, [1], { keep: true });
  const missing = relu(sub(positiveMargin, anchor.rowCosines(positive)));
  return reduceMean(add(missing, relu(sub(nearest, negativeMargin))));
}
