import {
  add,
  cast,
  div,
  gatherRows,
  Graph,
  greater,
  mul,
  scatterRows,
  sqrt,
  sub,
  where,
} from "../graph/mod.ts";

/** AdamW in a recipe. */
export interface AdamWSpec {
  /** Which optimizer. */
  kind: "adamw";
  /** Decay of the moments, each in [0, 1). @default [0.9, 0.999] */
  betas: readonly [number, number];
  /** Added to the denominator, above 0. @default 1e-8 */
  epsilon: number;
  /** Weight decay, at least 0, times the learning rate. @default 0 */
  weightDecay: number;
}

/** The numbers of one step that depend on time. */
export interface AdamWStep {
  /** lr / (1 - beta1^t). */
  stepSize: number;
  /** 1 / sqrt(1 - beta2^t). */
  correction: number;
  /** 1 - lr * weightDecay. */
  decay: number;
}

/**
 * The numbers of step `t`, counted from 1, computed in float64 (in float32 1 - beta2 alone would lose four digits).
 *
 * @param learningRate rate of this step
 */
export function adamwStep(spec: AdamWSpec, t: number, learningRate: number): AdamWStep {
  const [beta1, beta2] = spec.betas;
  return {
    stepSize: learningRate / (1 - beta1 ** t),
    correction: 1 / Math.sqrt(1 - beta2 ** t),
    decay: 1 - learningRate * spec.weightDecay,
  };
}

/**
 * Factor that brings a gradient down to a largest global norm, as PyTorch's `clip_grad_norm_` computes it.
 *
 * @param norm norm of the whole gradient
 * @param maxNorm largest norm, or null for no clipping
 */
export function clippingFactor(norm: number, maxNorm: number | null): number {
  return maxNorm === null ? 1 : Math.min(1, maxNorm / (norm + 1e-6));
}

/**
 * Dense AdamW (Loshchilov and Hutter 2019, algorithm 2, in PyTorch's order of operations) on a table whose gradient is
 * given for some rows only: the moments of the others decay and they still move.
 *
 * Inputs: `embeddings`, `first_moments`, `second_moments` float32 [vocab, dim]; `unique` int32 [used], `gradients`
 * float32 [used, dim], `gradient_squares` float32 []; `step_size`, `correction`, `decay` float32 [] ({@link adamwStep}).
 * Outputs: `new_embeddings`, `new_first_moments`, `new_second_moments`; each may be written over its input.
 */
export function buildAdamWGraph(spec: AdamWSpec, dim: number, maxGradNorm: number | null): Graph {
  const graph = new Graph("optimizer_model");
  const [beta1, beta2] = spec.betas;
  const table = graph.input("embeddings", "float32", ["vocab", dim]);
  const first = graph.input("first_moments", "float32", ["vocab", dim]);
  const second = graph.input("second_moments", "float32", ["vocab", dim]);
  const rows = graph.input("unique", "int32", ["used"]);
  const gradient = graph.input("gradients", "float32", ["used", dim]);
  const norm = sqrt(graph.input("gradient_squares", "float32", []));
  const [stepSize, correction, decay] = ["step_size", "correction", "decay"].map((name) =>
    graph.input(name, "float32", [])
  );
  const clipped = maxGradNorm === null
    ? gradient
    : mul(gradient, where(greater(add(norm, 1e-6), maxGradNorm), div(maxGradNorm, add(norm, 1e-6)), 1));
  const ids = cast(rows, "int64");
  const decayedFirst = mul(first, beta1);
  const newFirst = scatterRows(
    decayedFirst,
    ids,
    add(gatherRows(decayedFirst, rows), mul(clipped, 1 - beta1)),
  );
  const decayedSecond = mul(second, beta2);
  const squares = mul(mul(clipped, clipped), 1 - beta2);
  const newSecond = scatterRows(decayedSecond, ids, add(gatherRows(decayedSecond, rows), squares));
  const denominator = add(mul(sqrt(newSecond), correction), spec.epsilon);
  graph.output("new_embeddings", sub(mul(table, decay), mul(div(newFirst, denominator), stepSize)));
  graph.output("new_first_moments", newFirst);
  graph.output("new_second_moments", newSecond);
  return graph;
}
