import type { Value } from "../../graph/mod.ts";
import { embedDistillLoss } from "./embed_distill.ts";
import type { LossInputs } from "./loss.ts";

/**
 * MSE: the embedding must be the teacher's. For distilling a larger model, or one of another language.
 *
 * Formula: L = mean over columns c, rows i and dimensions k of (x_cik - t_ik)^2.
 *
 * Columns: (text) or (text1, text2, ...) with a teacher vector of the model's dimension as label: one that all columns
 * of a row aim at, or one for each column, one after the other.
 *
 * Reference: Reimers and Gurevych 2020, "Making Monolingual Sentence Embeddings Multilingual using Knowledge
 * Distillation". `MSELoss` of Sentence Transformers.
 */
export interface MseSpec {
  /** Which loss. */
  kind: "mse";
}

/** Appends {@link MseSpec}'s formula. */
export function mseLoss(inputs: LossInputs): Value {
  return embedDistillLoss({ distance: "mse" }, inputs);
}
