import { mul, split, squeeze, sumOf, type Value } from "../../graph/mod.ts";
import type { Embedding } from "./embedding.ts";
import type { Loss, LossInputs } from "./loss.ts";
import type { BaseLossSpec } from "./registry.ts";
import type { SumSpec } from "./sum.ts";

/**
 * Matryoshka: a loss at several truncations of the embeddings, added up, so that the leading dimensions carry most.
 *
 * Formula: L = sum_k w_k L_inner(first d_k dimensions, scaled to length 1).
 *
 * Columns: those of the loss inside. Teacher vectors are truncated likewise, but not scaled.
 *
 * Reference: Kusupati et al. 2022, "Matryoshka Representation Learning", equation 1. `MatryoshkaLoss` of Sentence
 * Transformers.
 */
export interface MatryoshkaSpec {
  /** Which loss. */
  kind: "matryoshka";
  /** The loss at each size. */
  loss: BaseLossSpec | SumSpec<BaseLossSpec>;
  /** Sizes, ascending; the last one is the model's dimension. */
  dims: readonly number[];
  /** Weight of each size; null weighs every size 1. */
  weights: readonly number[] | null;
  /** How many of the sizes a step draws at random; null takes all. */
  dimsPerStep?: number | null;
}

/**
 * Appends {@link MatryoshkaSpec}'s formula. The embeddings must be cut into blocks at the sizes of `spec`.
 *
 * Where a step draws its sizes, all of them stand in the graph and the weights are an input ({@link drawSizeWeights}),
 * 0 for those that were not drawn: one graph serves every choice.
 *
 * @throws {TypeError} if the sizes are drawn and there are no weights
 */
export function matryoshkaLoss(spec: MatryoshkaSpec, inner: Loss, inputs: LossInputs): Value {
  const weights = sizeWeightsOf(spec, inputs);
  const terms = spec.dims.map((size, i) => {
    const cut = (columns: readonly Embedding[]): Embedding[] =>
      columns.map((column) => column.truncate(size).normalize());
    const columns = cut(inputs.columns);
    const all = inputs.all && { ...inputs.all, columns: cut(inputs.all.columns) };
    const teachers = inputs.teachers?.map((teacher) => teacher.truncate(size));
    const loss = inner({ ...inputs, columns, all, teachers });
    return weights[i] === 1 ? loss : mul(loss, weights[i]);
  });
  return sumOf(terms);
}

function sizeWeightsOf(
  { dims, weights, dimsPerStep }: MatryoshkaSpec,
  inputs: LossInputs,
): (number | Value)[] {
  if (!drawsSizes({ dims, dimsPerStep })) return dims.map((_, i) => weights?.[i] ?? 1);
  if (inputs.sizeWeights === undefined) {
    throw new TypeError(
      "Cannot build the loss matryoshka: the step's sizes are drawn; give it their weights",
    );
  }
  return split(inputs.sizeWeights, 0, dims.map(() => 1)).map((weight) => squeeze(weight, [0]));
}

/** Whether the sizes change from step to step. */
export function drawsSizes(
  { dims, dimsPerStep = null }: Pick<MatryoshkaSpec, "dims" | "dimsPerStep">,
): boolean {
  return dimsPerStep !== null && dimsPerStep < dims.length;
}
