import {
  add,
  and,
  cast,
  div,
  greater,
  less,
  maximum,
  mul,
  neg,
  reduceMax,
  reduceSum,
  relu,
  square,
  sub,
  type Value,
  where,
} from "../../graph/mod.ts";
import { labelColumn } from "./_label_column.ts";
import type { Distance } from "./embedding.ts";
import type { LossInputs } from "./loss.ts";

/**
 * OnlineContrastive: Contrastive over the hard pairs of the batch only: those together that lie farther apart than the
 * nearest pair that should be apart, and those apart that lie nearer than the farthest pair that should be together.
 *
 * Formula: L = sum over y_i = 1, d_i > min of d over y = 0 of d_i^2 + sum over y_i = 0, d_i < max of d over y = 1 of
 * max(0, margin - d_i)^2. Where a batch has no pair of the other label, the mean distance of the own label takes the
 * place of that minimum or maximum.
 *
 * Columns: (text1, text2) with 1 (together) or 0 (apart) as label.
 *
 * Reference: `OnlineContrastiveLoss` of Sentence Transformers, with its correction of September 2026: a single pair of
 * the other label counts too (up to 6.0.1 it was treated as none).
 */
export interface OnlineContrastiveSpec {
  /** Which loss. */
  kind: "onlineContrastive";
  /** How distances are measured. */
  distance: Distance;
  /** Distance from which on a pair that does not belong together costs nothing, above 0. */
  margin: number;
}

/** Stands for a distance beyond all others. */
const BEYOND = 1e30;

/** Appends {@link OnlineContrastiveSpec}'s formula. Which pairs are hard has no gradient. */
export function onlineContrastiveLoss(
  { distance, margin }: OnlineContrastiveSpec,
  inputs: LossInputs,
): Value {
  const [first, second] = inputs.columns;
  const distances = first.rowDistances(second, distance);
  const together = greater(labelColumn(inputs), 0.5);
  const apart = less(labelColumn(inputs), 0.5);
  const farthest = where(
    hasAny(together),
    reduceMax(where(together, distances, -BEYOND)),
    meanOf(distances, apart),
  );
  const nearest = where(
    hasAny(apart),
    neg(reduceMax(where(apart, neg(distances), -BEYOND))),
    meanOf(distances, together),
  );
  const hardApart = and(apart, less(distances, farthest));
  const hardTogether = and(together, greater(distances, nearest));
  const pulled = where(hardTogether, square(distances), 0);
  const pushed = where(hardApart, square(relu(sub(margin, distances))), 0);
  return reduceSum(add(pulled, pushed));
}

function hasAny(mask: Value): Value {
  return greater(reduceSum(cast(mask, "float32")), 0);
}

function meanOf(x: Value, mask: Value): Value {
  const weights = cast(mask, "float32");
  return div(reduceSum(mul(x, weights)), maximum(reduceSum(weights), 1));
}
