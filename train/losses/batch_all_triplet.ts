import {
  div,
  gatherColumns,
  maximum,
  mul,
  reduceSum,
  runningSum,
  scatterColumns,
  sortRows,
  sub,
  type Value,
  where,
} from "../../graph/mod.ts";
import { asNumbers, labelPairs } from "./_label_pairs.ts";
import type { PairDistance } from "./embedding.ts";
import type { LossInputs } from "./loss.ts";

/**
 * BatchAllTriplet: every text of a batch with every other of its class and every one of another class makes a triplet;
 * the mean over those that cost anything.
 *
 * Formula: L = sum over i, p, n of max(0, d(i, p) - d(i, n) + margin) / number of triplets above 0.
 *
 * Columns: (text) with a class as label. A batch needs several texts of several classes.
 *
 * Reference: Hermans et al. 2017, "In Defense of the Triplet Loss for Person Re-Identification", equation 6.
 * `BatchAllTripletLoss` of Sentence Transformers, which holds all n^3 triplets in memory.
 */
export interface BatchAllTripletSpec {
  /** Which loss. */
  kind: "batchAllTriplet";
  /** How distances are measured. */
  distance: PairDistance;
  /** By how much other classes must be farther, above 0. */
  margin: number;
}

/** Stands for a distance beyond all others. */
const BEYOND = 1e30;

/**
 * Appends {@link BatchAllTripletSpec}'s formula, in n^2 memory and n^2 log n time.
 *
 * A triplet costs something where the key d(i, n) - margin is below the key d(i, p). With each row of keys in order, a
 * positive's weight is the number of negatives before it, a negative's minus the number of positives behind it, and the
 * loss is the sum of weights times keys. The weights are constant almost everywhere, so they are the gradient as well.
 */
export function batchAllTripletLoss({ distance, margin }: BatchAllTripletSpec, inputs: LossInputs): Value {
  const { distances, positives, negatives } = labelPairs(inputs, distance);
  const keys = where(positives, distances, where(negatives, sub(distances, margin), BEYOND));
  const { order } = sortRows(keys);
  const isPositive = gatherColumns(asNumbers(positives), order);
  const isNegative = gatherColumns(asNumbers(negatives), order);
  const costlyTriplets = mul(isPositive, runningSum(isNegative));
  const positivesBehind = mul(isNegative, runningSum(isPositive, "backwards"));
  const ordered = sub(costlyTriplets, positivesBehind);
  const weights = scatterColumns(mul(ordered, 0), order, ordered);
  const count = maximum(reduceSum(costlyTriplets), 1);
  return div(reduceSum(mul(weights, keys)), count);
}
