import type { Matrix } from "../model/mod.ts";
import { checkRows } from "./_check_rows.ts";
import { notFinite } from "./_prefix_sums.ts";
import { checkedSizes } from "./_sizes.ts";
import type { EvaluatedSize, Evaluation, EvaluatorOptions } from "./evaluation.ts";

/** Vectors of a student, and what they should be. */
export interface MseVectors {
  /** float32 [texts, dim]. */
  student: Matrix;
  /** float32 [texts, dim]: row i is what row i of the student should be. */
  teacher: Matrix;
}

/**
 * Mean squared error against a teacher's vectors, times -100 so that larger is better, as Sentence Transformers'
 * MSEEvaluator has it; at any number of truncations in one pass over the vectors: both are cut to the first columns.
 *
 * @param vectors {@link MseVectors}
 * @param options {@link EvaluatorOptions}
 * @returns `negative_mse`
 * @throws RangeError when a vector is not finite (its row is named) or a size is larger than the vectors; TypeError
 * when the two differ in number or size
 */
export function evaluateMse(vectors: MseVectors, options: EvaluatorOptions = {}): Evaluation {
  const { student, teacher } = vectors;
  checkRows("score against a teacher", { student, teacher });
  const { rows, columns } = student;
  const sizes = checkedSizes(options.truncate, columns);
  const errors = sizes.map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    let column = 0;
    sizes.forEach((size, s) => {
      for (; column < size; column++) {
        const at = row * columns + column;
        sum += (student.data[at] - teacher.data[at]) ** 2;
      }
      // 0 - x and not -x: there is no -0 in JSON.
      errors[s][row] = 0 - 100 * sum / size;
    });
    if (!Number.isFinite(sum)) throw notFinite("student or teacher", row);
  }
  const scored = sizes.map((size, s): EvaluatedSize => ({
    size,
    metrics: { negative_mse: errors[s].reduce((sum, error) => sum + error, 0) / rows },
    items: { kind: "mean", values: { negative_mse: errors[s] } },
  }));
  return { sizes: scored, notes: [] };
}
