import { mul, sumOf, type Value } from "../../graph/mod.ts";
import type { Loss, LossInputs } from "./loss.ts";
import type { BaseLossSpec } from "./registry.ts";

/**
 * Matryoshka: a loss at several truncations of the embeddings, added up, so that the leading dimensions carry most.
 *
 * Columns: those of the loss inside. Reference: Kusupati et al. 2022, "Matryoshka Representation Learning", equation 1;
 * `MatryoshkaLoss` of Sentence Transformers.
 */
export interface MatryoshkaSpec {
  /** Which loss. */
  kind: "matryoshka";
  /** The loss at each size. */
  loss: BaseLossSpec;
  /** Sizes, ascending; the last one is the model's dimension. */
  dims: readonly number[];
  /** Weight of each size; null weighs every size 1. */
  weights: readonly number[] | null;
}

/**
 * L = sum_k w_k L_inner(first d_k dimensions). The embeddings must be cut into blocks at exactly the sizes of `spec`.
 */
export function matryoshkaLoss(spec: MatryoshkaSpec, inner: Loss, inputs: LossInputs): Value {
  const terms = spec.dims.map((_, i) => {
    const columns = inputs.columns.map((column) => column.truncate(i + 1));
    const weight = spec.weights?.[i] ?? 1;
    const loss = inner({ ...inputs, columns });
    return weight === 1 ? loss : mul(loss, weight);
  });
  return sumOf(terms);
}
