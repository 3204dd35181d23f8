import { add, div, gatherRows, type Graph, mul, scatterRows, sqrt, sub } from "../../graph/mod.ts";
import type { StepTime } from "../step_time.ts";
import { startStepGraph } from "./_step_graph.ts";
import type { FusedOptimizer, FusedTables, OptimizerDefinition, OptimizerProblem } from "./optimizer.ts";

/**
 * AdamW over the whole table: rows without gradient decay their moments and still move, as in PyTorch.
 *
 * Reference: Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization", algorithm 2.
 */
export interface AdamWSpec {
  /** Which optimizer. */
  kind: "adamw";
  /** Decay of the moments, each in [0, 1). */
  betas: readonly [number, number];
  /** Added to the denominator, above 0. */
  epsilon: number;
  /** Weight decay, at least 0, times the learning rate. */
  weightDecay: number;
}

/** The numbers of an AdamW step that depend on time. */
export interface AdamWStep extends Record<string, number> {
  /** lr / (1 - beta1^t). */
  step_size: number;
  /** 1 / sqrt(1 - beta2^t). */
  correction: number;
  /** 1 - lr * weightDecay. */
  decay: number;
}

/** The numbers of a step, computed in float64 (in float32 1 - beta2 alone would lose four digits). */
export function adamwStep(spec: Omit<AdamWSpec, "kind">, { step, learningRate }: StepTime): AdamWStep {
  const [beta1, beta2] = spec.betas;
  return {
    step_size: learningRate / (1 - beta1 ** step),
    correction: 1 / Math.sqrt(1 - beta2 ** step),
    decay: 1 - learningRate * spec.weightDecay,
  };
}

/** The kernel's numbers, in its order. */
export function adamwHyper(spec: Omit<AdamWSpec, "kind">, step: AdamWStep, factor: number): number[] {
  const [beta1, beta2] = spec.betas;
  const { step_size, correction, decay } = step;
  return [factor, beta1, 1 - beta1, beta2, 1 - beta2, step_size, correction, spec.epsilon, decay];
}

/** Moments of the AdamW family. */
export const MOMENTS = { first_moments: "elements", second_moments: "elements" } as const;

/** Dense AdamW. */
export const ADAMW: OptimizerDefinition<AdamWSpec> = {
  state: () => MOMENTS,
  scalars: adamwStep,
  buildGraph: buildAdamWGraph,
  fuse: fuseAdamW,
};

function buildAdamWGraph(spec: AdamWSpec, problem: OptimizerProblem): Graph {
  const { graph, blocks, rows, scalars, scaled } = startStepGraph(problem, MOMENTS, [
    "step_size",
    "correction",
    "decay",
  ]);
  const [beta1, beta2] = spec.betas;
  for (const { table, state, gradient, output } of blocks) {
    const keptFirst = mul(state.first_moments, beta1);
    const first = scatterRows(keptFirst, rows, add(gatherRows(keptFirst, rows), mul(gradient, 1 - beta1)));
    const keptSecond = mul(state.second_moments, beta2);
    const squares = mul(mul(gradient, gradient), 1 - beta2);
    const second = scatterRows(keptSecond, rows, add(gatherRows(keptSecond, rows), squares));
    const denominator = add(mul(sqrt(second), scalars.correction), spec.epsilon);
    const step = mul(div(first, denominator), scaled(scalars.step_size));
    output("embeddings", sub(mul(table, scalars.decay), step));
    output("first_moments", first);
    output("second_moments", second);
  }
  return graph;
}

function fuseAdamW(
  spec: AdamWSpec,
  { kernels, table, state, scales, vocab, dim }: FusedTables,
): FusedOptimizer {
  const hyper = kernels.memory.float32(9);
  return {
    update({ slots, gradients, factor }, time) {
      hyper.set(adamwHyper(spec, adamwStep(spec, time), factor));
      const { first_moments: first, second_moments: second } = state;
      kernels.adamw({ table, first, second, slots, gradients, hyper, scales, columns: dim, items: vocab });
    },
  };
}
