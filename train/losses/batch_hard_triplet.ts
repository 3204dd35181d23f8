import {
  add,
  mul,
  neg,
  not,
  reduceMax,
  reduceMean,
  relu,
  softplus,
  sub,
  type Value,
  where,
} from "../../graph/mod.ts";
import { asNumbers, labelPairs } from "./_label_pairs.ts";
import type { PairDistance } from "./embedding.ts";
import type { LossInputs } from "./loss.ts";

/**
 * BatchHardTriplet: for each text of a batch, the farthest of its class must lie nearer than the nearest of another.
 *
 * Formula: L = 1/n sum_i max(0, max over p of d(i, p) - min over n of d(i, n) + margin), p the other texts of i's
 * class, n those of other classes; with margin "soft", log(1 + exp(difference)) in place of max(0, difference +
 * margin). A text alone in its class has 0 in place of the first distance; one without other classes twice its
 * largest in place of the second.
 *
 * Columns: (text) with a class as label. A batch needs several texts of several classes.
 *
 * Reference: Hermans et al. 2017, "In Defense of the Triplet Loss for Person Re-Identification", equation 5.
 * `BatchHardTripletLoss` and, with margin "soft", `BatchHardSoftMarginTripletLoss` of Sentence Transformers.
 */
export interface BatchHardTripletSpec {
  /** Which loss. */
  kind: "batchHardTriplet";
  /** How distances are measured. */
  distance: PairDistance;
  /** By how much other classes must be farther, above 0; or "soft". */
  margin: number | "soft";
}

/** Appends {@link BatchHardTripletSpec}'s formula. */
export function batchHardTripletLoss({ distance, margin }: BatchHardTripletSpec, inputs: LossInputs): Value {
  const { distances, positives, negatives } = labelPairs(inputs, distance);
  const farthest = reduceMax(where(positives, distances, 0), [1], { keep: true });
  const largest = reduceMax(distances, [1], { keep: true });
  const penalised = add(distances, mul(largest, asNumbers(not(negatives))));
  const nearest = neg(reduceMax(neg(penalised), [1], { keep: true }));
  const difference = sub(farthest, nearest);
  return reduceMean(margin === "soft" ? softplus(difference) : relu(add(difference, margin)));
}
