import type { ModelParts } from "../model/mod.ts";

/**
 * Multiplies every row by its token's weight, so that the table alone is the model: Sentence Transformers does not read
 * weights. Rows that tokens share keep theirs apart.
 *
 * @param parts a model; it stays as it is
 */
export function foldWeights(parts: ModelParts): ModelParts {
  const { weights, mapping, dim, ...rest } = parts;
  if (weights === undefined || mapping !== undefined) return parts;
  const table = parts.table.slice();
  for (let row = 0; row < parts.rows; row++) {
    for (let i = row * dim; i < (row + 1) * dim; i++) table[i] *= weights[row];
  }
  return { ...rest, dim, table };
}
