import {
  diagonalOf,
  logSumExp,
  mul,
  reduceMean,
  sub,
  sumOf,
  transpose,
  type Value,
  withGradientOf,
} from "../../graph/mod.ts";
import type { Embedding } from "./embedding.ts";
import type { LossInputs } from "./loss.ts";

/**
 * TeacherContrast: of all teacher vectors of the batch, a text's own must be the most alike. It asks for the teacher's
 * directions and neighbourhoods instead of its very numbers.
 *
 * Formula: L = mean over columns c and rows i of log sum_j exp(scale cos(x_ci, t_cj)) - scale cos(x_ci, t_ci); with
 * `symmetric` the mean of this and of the same with the sum over texts, log sum_j exp(scale cos(x_cj, t_ci)).
 *
 * Columns: (text) or (text1, text2, ...) with a teacher vector of the model's dimension as label: one that all columns
 * of a row aim at, or one for each column, one after the other.
 *
 * Reference: Tian et al. 2020, "Contrastive Representation Distillation", with the batch in place of a memory bank;
 * InfoNCE: van den Oord et al. 2018, equation 4. Tokenlearn's contrastive loss, with scale 1 / 0.07.
 */
export interface TeacherContrastSpec {
  /** Which loss. */
  kind: "teacherContrast";
  /** Factor of the cosines, above 0. */
  scale: number;
  /** Whether teacher vectors must find their texts, too. */
  symmetric: boolean;
}

/**
 * Appends {@link TeacherContrastSpec}'s formula.
 *
 * The cosine with the own vector is read off the matrix, so that its rounding cancels against the sum's; its gradient
 * goes through row products.
 *
 * @throws {TypeError} if there are no teacher vectors
 */
export function teacherContrastLoss(
  { scale, symmetric }: Pick<TeacherContrastSpec, "scale" | "symmetric">,
  { columns, teachers }: LossInputs,
): Value {
  if (teachers === undefined) {
    throw new TypeError(
      "Cannot build the loss: the labels are no teacher vectors; give it the model's dimension",
    );
  }
  const columnLoss = (student: Embedding, teacher: Embedding): Value => {
    const cosines = student.cosines(teacher, scale);
    const own = withGradientOf(diagonalOf(cosines), student.rowCosines(teacher, scale));
    const partitions = [cosines, ...symmetric ? [transpose(cosines)] : []].map((scores) => logSumExp(scores));
    return reduceMean(sub(mul(sumOf(partitions), 1 / partitions.length), own));
  };
  return mul(sumOf(columns.map((column, i) => columnLoss(column, teachers[i]))), 1 / columns.length);
}
