import { add, gatherRows, type Graph, mul, scatterRows, sub } from "../../graph/mod.ts";
import { startStepGraph } from "./_step_graph.ts";
import type { FusedOptimizer, FusedTables, OptimizerDefinition, OptimizerProblem } from "./optimizer.ts";

/**
 * Gradient descent with momentum over the whole table, as PyTorch's `SGD` without dampening: b = momentum b + g +
 * weightDecay p, p = p - lr b.
 */
export interface SgdSpec {
  /** Which optimizer. */
  kind: "sgd";
  /** Momentum, in [0, 1). */
  momentum: number;
  /** Weight decay, at least 0, added to the gradient. */
  weightDecay: number;
}

const STATE = { momentum: "elements" } as const;

/** Gradient descent with momentum. */
export const SGD: OptimizerDefinition<SgdSpec> = {
  state: () => STATE,
  scalars: (_, { learningRate }) => ({ learning_rate: learningRate }),
  buildGraph: buildSgdGraph,
  fuse: fuseSgd,
};

function buildSgdGraph(spec: SgdSpec, problem: OptimizerProblem): Graph {
  const { graph, blocks, rows, scalars, scaled } = startStepGraph(problem, STATE, ["learning_rate"]);
  for (const { table, state, gradient, output } of blocks) {
    const kept = mul(state.momentum, spec.momentum);
    const decayed = spec.weightDecay === 0 ? kept : add(kept, mul(table, spec.weightDecay));
    const buffer = scatterRows(decayed, rows, add(gatherRows(decayed, rows), gradient));
    output("embeddings", sub(table, mul(buffer, scaled(scalars.learning_rate))));
    output("momentum", buffer);
  }
  return graph;
}

function fuseSgd(spec: SgdSpec, { kernels, table, state, scales, vocab, dim }: FusedTables): FusedOptimizer {
  const hyper = kernels.memory.float32(4);
  return {
    update({ slots, gradients, factor }, { learningRate }) {
      hyper.set([factor, spec.momentum, spec.weightDecay, learningRate]);
      const buffer = state.momentum;
      kernels.sgd({ table, buffer, slots, gradients, hyper, scales, columns: dim, items: vocab });
    },
  };
}
