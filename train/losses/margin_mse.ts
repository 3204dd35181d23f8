import { concat, reduceMean, split, square, sub, type Value } from "../../graph/mod.ts";
import { labelMatrix } from "./_label_column.ts";
import type { Embedding } from "./embedding.ts";
import type { LossInputs, LossRequirements } from "./loss.ts";

/** How distillation measures similarity: the dot product, or the cosine. */
export type DistillationSimilarity = "dot" | "cosine";

/**
 * MarginMSE: how much more similar the positive is than each negative must be what a teacher says.
 *
 * Formula: L = mean over i, k of ((sim(q_i, p_i) - sim(q_i, n_ik)) - (t(q_i, p_i) - t(q_i, n_ik)))^2.
 *
 * Columns: (query, positive, negative_1 .. negative_n) with the teacher's margins as labels, one for each negative; or
 * with the teacher's scores, of the positive and of each negative.
 *
 * Reference: Hofstaetter et al. 2020, "Improving Efficient Neural Ranking Models with Cross-Architecture Knowledge
 * Distillation", section 4. `MarginMSELoss` of Sentence Transformers.
 */
export interface MarginMseSpec {
  /** Which loss. */
  kind: "marginMse";
  /** How similarity is measured. */
  similarity: DistillationSimilarity;
}

/** Columns that MarginMSE needs. */
export const MARGIN_MSE_NEEDS: LossRequirements = {
  minColumns: 3,
  maxColumns: Infinity,
  labels: true,
  labelKind: "margins",
  columns:
    "(query, positive, negative, ...) and one margin for each negative, or one score for each document, as labels",
};

/** Appends {@link MarginMseSpec}'s formula. */
export function marginMseLoss({ similarity }: MarginMseSpec, inputs: LossInputs): Value {
  const scores = documentSimilarities(inputs.columns, similarity);
  const labels = labelMatrix(inputs);
  const teacher = labels.shape[1] === inputs.columns.length - 1 ? marginsOf(labels) : labels;
  return reduceMean(square(sub(marginsOf(scores), teacher)));
}

/** Similarity of the first column with each of the others, float32 [rows, columns - 1]. */
export function documentSimilarities(
  columns: readonly Embedding[],
  similarity: DistillationSimilarity,
): Value {
  const [query, ...documents] = columns;
  const measure = (other: Embedding): Value =>
    similarity === "dot" ? query.rowDots(other) : query.rowCosines(other);
  return concat(documents.map(measure), 1);
}

/** The first column minus each of the others. */
function marginsOf(scores: Value): Value {
  const [positive, negatives] = split(scores, 1, [1, scores.shape[1] as number - 1]);
  return sub(positive, negatives);
}
