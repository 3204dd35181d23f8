import { reduceMean, square, sub, type Value } from "../../graph/mod.ts";
import { labelColumn } from "./_label_column.ts";
import type { LossInputs, LossRequirements } from "./loss.ts";

/**
 * CosineSimilarity: the cosine of two texts must be the label.
 *
 * Formula: L = 1/n sum_i (cos(a_i, b_i) - y_i)^2.
 *
 * Columns: (text1, text2) with a similarity from -1 to 1 as label.
 *
 * Reference: Reimers and Gurevych 2019, "Sentence-BERT", section 3. `CosineSimilarityLoss` of Sentence Transformers.
 */
export interface CosineSimilaritySpec {
  /** Which loss. */
  kind: "cosineSimilarity";
}

/** Columns that CosineSimilarity needs. */
export const COSINE_SIMILARITY_NEEDS: LossRequirements = {
  minColumns: 2,
  maxColumns: 2,
  labels: true,
  labelKind: "similarity",
  columns: "(text1, text2) and a similarity from -1 to 1 as label",
};

/** Appends {@link CosineSimilaritySpec}'s formula. */
export function cosineSimilarityLoss(inputs: LossInputs): Value {
  const [first, second] = inputs.columns;
  return reduceMean(square(sub(first.rowCosines(second), labelColumn(inputs))));
}
