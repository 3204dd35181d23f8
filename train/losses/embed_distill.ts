import { mul, reduceMean, reduceSum, square, sumOf, type Value } from "../../graph/mod.ts";
import type { Embedding } from "./embedding.ts";
import type { LossInputs, LossRequirements } from "./loss.ts";

/**
 * EmbedDistill: the embedding must lie near the teacher's.
 *
 * Formula: L = mean over columns c and rows i of d(x_ci, t_i): 1 - cosine, length of the difference (l2), or mean
 * square of the difference (mse).
 *
 * Columns: (text) or (text1, text2, ...) with a teacher vector of the model's dimension as label: one that all columns
 * of a row aim at, or one for each column, one after the other. There is no learned projection, because the table is
 * all that is trained: bring teacher vectors of another dimension to the model's first.
 *
 * Reference: Kim et al. 2023, "EmbedDistill: A Geometric Knowledge Distillation for Information Retrieval".
 * `EmbedDistillLoss` of Sentence Transformers.
 */
export interface EmbedDistillSpec {
  /** Which loss. */
  kind: "embedDistill";
  /** How the difference is measured. */
  distance: "cosine" | "l2" | "mse";
}

/** Columns that losses with teacher vectors need. */
export const TEACHER_VECTORS: LossRequirements = {
  minColumns: 1,
  maxColumns: Infinity,
  labels: true,
  labelKind: "vector",
  columns: "(text) or (text1, text2, ...) and a teacher vector of the model's dimension as label",
};

/**
 * Appends {@link EmbedDistillSpec}'s formula.
 *
 * @throws {TypeError} if there are no teacher vectors
 */
export function embedDistillLoss(
  { distance }: Pick<EmbedDistillSpec, "distance">,
  { columns, teachers }: LossInputs,
): Value {
  if (teachers === undefined) {
    throw new TypeError(
      "Cannot build the loss: the labels are no teacher vectors; give it the model's dimension",
    );
  }
  const losses = columns.map((column, i) => columnLoss(column, teachers[i], distance));
  return mul(sumOf(losses), 1 / losses.length);
}

function columnLoss(student: Embedding, teacher: Embedding, distance: EmbedDistillSpec["distance"]): Value {
  if (distance === "cosine") return reduceMean(student.rowDistances(teacher, "cosine"));
  if (distance === "l2") return reduceMean(student.rowDistances(teacher, "euclidean"));
  const squares = student.differences(teacher).map((block) => reduceSum(square(block), [1]));
  return mul(reduceMean(sumOf(squares)), 1 / student.size);
}
