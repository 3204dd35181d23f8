import type { Matrix } from "../model/mod.ts";
import { checkRows } from "./_check_rows.ts";
import { pairSimilarities, similaritiesAt } from "./_pair_similarities.ts";
import { checkedSizes } from "./_sizes.ts";
import type { EvaluatedSize, Evaluation, EvaluatorOptions } from "./evaluation.ts";
import { PAIR_MEASURES } from "./item_scores.ts";
import type { Metrics } from "./score_rankings.ts";

/** Triplets of vectors. */
export interface TripletVectors {
  /** float32 [triplets, dim]. */
  anchor: Matrix;
  /** float32 [triplets, dim]: what belongs to the anchor. */
  positive: Matrix;
  /** float32 [triplets, dim]: what does not. */
  negative: Matrix;
}

/** Options of {@link evaluateTriplets}. */
export interface TripletOptions extends EvaluatorOptions {
  /**
   * By how much the positive must be more alike than the negative, in units of the measure.
   * @default 0
   */
  margin?: number;
}

/**
 * The share of triplets whose anchor is more like the positive than the negative, by every measure, as Sentence
 * Transformers' TripletEvaluator has it; at any number of truncations in one pass over the vectors. Equally alike is
 * not enough.
 *
 * @param vectors {@link TripletVectors}
 * @param options {@link TripletOptions}
 * @returns `cosine_accuracy`, `dot_accuracy`, `euclidean_accuracy`, `manhattan_accuracy`, `max_accuracy`
 * @throws RangeError when a vector is not finite (its row is named) or a size is larger than the vectors; TypeError
 * when the three differ in number or size
 */
export function evaluateTriplets(vectors: TripletVectors, options: TripletOptions = {}): Evaluation {
  const { anchor, positive, negative } = vectors;
  checkRows("score triplets", { anchor, positive, negative });
  const { rows, columns } = anchor;
  const { margin = 0 } = options;
  const sizes = checkedSizes(options.truncate, columns);
  const near = pairSimilarities({ a: anchor, b: positive }, sizes, ["anchor", "positive"]);
  const far = pairSimilarities({ a: anchor, b: negative }, sizes, ["anchor", "negative"]);
  const scored = sizes.map((size, s): EvaluatedSize => {
    const metrics: Metrics = {};
    const values: Record<string, Float64Array> = {};
    const [nearHere, farHere] = [similaritiesAt(near, s, rows), similaritiesAt(far, s, rows)];
    for (const measure of PAIR_MEASURES) {
      const right = nearHere[measure].map((value, i) => Number(value > farHere[measure][i] + margin));
      values[`${measure}_accuracy`] = right;
      metrics[`${measure}_accuracy`] = right.reduce((sum, value) => sum + value, 0) / rows;
    }
    metrics.max_accuracy = Math.max(...Object.values(metrics).map(Number));
    return { size, metrics, items: { kind: "mean", values } };
  });
  return { sizes: scored, notes: [] };
}
