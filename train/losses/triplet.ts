import { add, reduceMean, relu, sub, type Value } from "../../graph/mod.ts";
import type { Distance } from "./embedding.ts";
import type { LossInputs, LossRequirements } from "./loss.ts";

/**
 * Triplet: the negative must lie farther from the anchor than the positive, by a margin.
 *
 * Formula: L = 1/n sum_i max(0, d(a_i, p_i) - d(a_i, n_i) + margin).
 *
 * Columns: (anchor, positive, negative).
 *
 * Reference: Schroff et al. 2015, "FaceNet", section 3.1. `TripletLoss` of Sentence Transformers.
 */
export interface TripletSpec {
  /** Which loss. */
  kind: "triplet";
  /** How distances are measured. */
  distance: Distance;
  /** By how much the negative must be farther, above 0. */
  margin: number;
}

/** Columns that Triplet needs. */
export const TRIPLET_NEEDS: LossRequirements = {
  minColumns: 3,
  maxColumns: 3,
  labels: false,
  columns: "(anchor, positive, negative)",
};

/** Appends {@link TripletSpec}'s formula. */
export function tripletLoss({ distance, margin }: TripletSpec, { columns }: LossInputs): Value {
  const [anchor, positive, negative] = columns;
  const near = anchor.rowDistances(positive, distance);
  const far = anchor.rowDistances(negative, distance);
  return reduceMean(relu(add(sub(near, far), margin)));
}
