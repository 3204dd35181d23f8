import {
  add,
  div,
  gatherRows,
  type Graph,
  mul,
  reduceMean,
  scatterRows,
  sqrt,
  square,
  squeeze,
  sub,
  unsqueeze,
} from "../../graph/mod.ts";
import { startStepGraph } from "./_step_graph.ts";
import type { FusedOptimizer, FusedTables, OptimizerDefinition, OptimizerProblem } from "./optimizer.ts";

/**
 * Adagrad with one accumulator a row, on the rows that have a gradient: a = a + mean(g^2), p = p - lr g / (sqrt(a) +
 * epsilon). Its state is 1 / dim of AdamW's half.
 *
 * Reference: Duchi et al. 2011, "Adaptive Subgradient Methods"; row-wise as in the embedding tables of FBGEMM
 * (`EXACT_ROWWISE_ADAGRAD`).
 */
export interface RowwiseAdagradSpec {
  /** Which optimizer. */
  kind: "rowwiseAdagrad";
  /** Added to the denominator, above 0. */
  epsilon: number;
}

const STATE = { accumulators: "rows" } as const;

/** Row-wise Adagrad. */
export const ROWWISE_ADAGRAD: OptimizerDefinition<RowwiseAdagradSpec> = {
  state: () => STATE,
  scalars: (_, { learningRate }) => ({ learning_rate: learningRate }),
  buildGraph: buildRowwiseAdagradGraph,
  fuse: fuseRowwiseAdagrad,
};

function buildRowwiseAdagradGraph(spec: RowwiseAdagradSpec, problem: OptimizerProblem): Graph {
  const step = startStepGraph(problem, STATE, ["learning_rate"]);
  const { graph, blocks, rowState: { accumulators }, rows, gradient, scalars, rowScales } = step;
  const before = unsqueeze(gatherRows(accumulators, rows), [1]);
  const accumulated = add(before, reduceMean(square(gradient), [1], { keep: true }));
  const rate = rowScales === undefined
    ? scalars.learning_rate
    : mul(scalars.learning_rate, gatherRows(rowScales, rows));
  const factor = div(rate, add(sqrt(accumulated), spec.epsilon));
  for (const { table, gradient: part, output } of blocks) {
    output("embeddings", scatterRows(table, rows, sub(gatherRows(table, rows), mul(part, factor))));
  }
  graph.output("new_accumulators", scatterRows(accumulators, rows, squeeze(accumulated, [1])));
  return graph;
}

function fuseRowwiseAdagrad(spec: RowwiseAdagradSpec, tables: FusedTables): FusedOptimizer {
  const { kernels, table, state, scales, dim } = tables;
  const hyper = kernels.memory.float32(3);
  return {
    update({ rows, used, gradients, squares, factor }, { learningRate }) {
      hyper.set([factor, learningRate, spec.epsilon]);
      const { accumulators } = state;
      kernels.rowwiseAdagrad({
        table,
        accumulators,
        rows,
        gradients,
        squares,
        hyper,
        scales,
        columns: dim,
        items: used,
      });
    },
  };
}
