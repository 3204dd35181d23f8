import {
  add,
  cast,
  div,
  equal,
  expandLike,
  gatherColumns,
  greater,
  greaterOrEqual,
  maximum,
  minimum,
  mul,
  numbersAlong,
  reduceSum,
  relu,
  runningSum,
  scatterColumns,
  sortRows,
  sub,
  unsqueeze,
  type Value,
  where,
} from "../../graph/mod.ts";
import { asNumbers, labelPairs } from "./_label_pairs.ts";
import type { PairDistance } from "./embedding.ts";
import type { LossInputs } from "./loss.ts";

/**
 * BatchSemiHardTriplet: for each text and each other of its class, the nearest text of another class that still lies
 * farther than that other one; the farthest of another class where there is none.
 *
 * Formula: L = mean over i, p of max(0, d(i, p) - d(i, n) + margin), n the text of another class with the smallest
 * d(i, n) above d(i, p), or else with the largest. A text without other classes has 0 in place of d(i, n).
 *
 * Columns: (text) with a class as label. A batch needs several texts of several classes.
 *
 * Reference: Schroff et al. 2015, "FaceNet", section 3.2. `BatchSemiHardTripletLoss` of Sentence Transformers, which
 * holds all n^3 triplets in memory.
 */
export interface BatchSemiHardTripletSpec {
  /** Which loss. */
  kind: "batchSemiHardTriplet";
  /** How distances are measured. */
  distance: PairDistance;
  /** By how much other classes must be farther, above 0. */
  margin: number;
}

/** Stands for a distance beyond all others. */
const BEYOND = 1e30;

/**
 * Appends {@link BatchSemiHardTripletSpec}'s formula, in n^2 memory and n^2 log n time.
 *
 * With the negatives of a text in order, the one that a positive takes has the number of negatives nearer than the
 * positive as its index. The gradient of a distance is how often it is taken; these weights are constant almost
 * everywhere, so the loss is written as the sum of weights times distances.
 */
export function batchSemiHardTripletLoss(
  { distance, margin }: BatchSemiHardTripletSpec,
  inputs: LossInputs,
): Value {
  const pairs = labelPairs(inputs, distance);
  const { distances } = pairs;
  const isPositive = asNumbers(pairs.positives);
  const isNegative = asNumbers(pairs.negatives);
  const count = reduceSum(isNegative, [1], { keep: true });
  const sorted = sortRows(where(pairs.negatives, distances, BEYOND));
  const { order } = sortRows(distances);
  const nearer = backTo(order, runningSum(gatherColumns(isNegative, order)));
  const index = cast(maximum(minimum(nearer, sub(count, 1)), 0), "int64");
  const taken = where(greater(count, 0), gatherColumns(sorted.values, index), 0);
  const cost = mul(isPositive, relu(add(sub(distances, taken), margin)));
  const isCostly = asNumbers(greater(cost, 0));
  const weights = sub(isCostly, timesTaken(isCostly, { order, negativeOrder: sorted.order, count }));
  const total = add(reduceSum(mul(weights, distances)), mul(reduceSum(isCostly), margin));
  return div(total, maximum(reduceSum(isPositive), 1));
}

/** Orders of the columns of each row. */
interface Orders {
  /** All texts by distance. */
  order: Value;
  /** The texts of other classes by distance, then the rest. */
  negativeOrder: Value;
  /** Number of texts of other classes, float32 [rows, 1]. */
  count: Value;
}

/**
 * How often each text is taken as a negative, float32 [rows, rows].
 *
 * With A(q) the number of costly positives nearer than the negative number q, that negative is taken A(q) - A(q - 1)
 * times, and the last one by all the rest.
 */
function timesTaken(isCostly: Value, { order, negativeOrder, count }: Orders): Value {
  const running = backTo(order, runningSum(gatherColumns(isCostly, order)));
  const places = unsqueeze(numbersAlong(isCostly, 1), [0]);
  const place = cast(places, "float32");
  const isLast = greaterOrEqual(place, sub(count, 1));
  const upTo = where(
    isLast,
    reduceSum(isCostly, [1], { keep: true }),
    gatherColumns(running, negativeOrder),
  );
  const previousPlace = cast(maximum(sub(place, 1), 0), "int64");
  const before = where(equal(place, 0), 0, gatherColumns(upTo, expandLike(previousPlace, upTo)));
  const times = where(greater(count, 0), sub(upTo, before), 0);
  return backTo(negativeOrder, times);
}

/** Sorted elements put back into the columns that they came from. */
function backTo(order: Value, sorted: Value): Value {
  return scatterColumns(mul(sorted, 0), order, sorted);
}
