import type { Matrix } from "../model/mod.ts";
import { checkRows } from "./_check_rows.ts";
import { pairSimilarities, similaritiesAt } from "./_pair_similarities.ts";
import { checkedSizes } from "./_sizes.ts";
import type { EvaluatedSize, Evaluation, EvaluatorOptions } from "./evaluation.ts";
import { isConstant } from "./metrics/mod.ts";
import { pairClassificationMetrics } from "./pair_metrics.ts";

/** Pairs of vectors, and whether they belong together. */
export interface PairClassificationVectors {
  /** float32 [pairs, dim]. */
  a: Matrix;
  /** float32 [pairs, dim]. */
  b: Matrix;
  /** 1 for pairs that belong together, 0 for others. */
  labels: ArrayLike<number>;
}

/**
 * Tells pairs that belong together from others by their similarity, as Sentence Transformers'
 * BinaryClassificationEvaluator does: by every measure the best accuracy and the best F1 of all thresholds with these
 * thresholds, average precision, and Matthews' correlation at the threshold of the best F1; at any number of
 * truncations in one pass over the vectors.
 *
 * As in the reference, pairs of equal similarity stay in their order, so that a threshold may run through them.
 *
 * @param vectors {@link PairClassificationVectors}
 * @param options {@link EvaluatorOptions}
 * @returns `cosine_accuracy`, `cosine_accuracy_threshold`, `cosine_f1`, ... `max_mcc`; null, and a note, where all
 * labels are the same
 * @throws RangeError when a vector is not finite (its row is named), a label is neither 0 nor 1, or a size is larger
 * than the vectors; TypeError when the three differ in number or the vectors in size
 */
export function evaluatePairClassification(
  vectors: PairClassificationVectors,
  options: EvaluatorOptions = {},
): Evaluation {
  const { a, b, labels } = vectors;
  checkRows("score pair classification", { a, b }, { labels: labels.length });
  checkLabels(labels);
  const sizes = checkedSizes(options.truncate, a.columns);
  const similarities = pairSimilarities(vectors, sizes, ["first text", "second text"]);
  const scored = sizes.map((size, s): EvaluatedSize => {
    const own = similaritiesAt(similarities, s, a.rows);
    return {
      size,
      metrics: pairClassificationMetrics(own, labels),
      items: { kind: "pairClassification", similarities: own },
    };
  });
  const notes = isConstant(labels) ? [`all labels are ${labels[0]}: nothing can be told apart`] : [];
  return { sizes: scored, notes };
}

function checkLabels(labels: ArrayLike<number>): void {
  for (let pair = 0; pair < labels.length; pair++) {
    if (labels[pair] === 0 || labels[pair] === 1) continue;
    throw new RangeError(
      `Cannot score pair classification: label ${pair} is ${
        labels[pair]
      }; give 1 for pairs that belong together, ` +
        "0 for others",
    );
  }
}
