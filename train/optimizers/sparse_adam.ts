import { add, div, gatherRows, type Graph, mul, scatterRows, sqrt, sub } from "../../graph/mod.ts";
import type { StepTime } from "../step_time.ts";
import { startStepGraph } from "./_step_graph.ts";
import { adamwHyper, MOMENTS } from "./adamw.ts";
import type { FusedOptimizer, FusedTables, OptimizerDefinition, OptimizerProblem } from "./optimizer.ts";

/**
 * Adam on the rows that have a gradient; all others, moments included, stay as they are.
 *
 * Reference: PyTorch's `SparseAdam`, whose epsilon is added before the bias correction.
 */
export interface SparseAdamSpec {
  /** Which optimizer. */
  kind: "sparseAdam";
  /** Decay of the moments, each in [0, 1). */
  betas: readonly [number, number];
  /** Added to the denominator, above 0. */
  epsilon: number;
}

/** Row-sparse Adam. */
export const SPARSE_ADAM: OptimizerDefinition<SparseAdamSpec> = {
  state: () => MOMENTS,
  scalars: sparseAdamStep,
  buildGraph: buildSparseAdamGraph,
  fuse: fuseSparseAdam,
};

function sparseAdamStep(spec: SparseAdamSpec, { step, learningRate }: StepTime): { step_size: number } {
  const [beta1, beta2] = spec.betas;
  return { step_size: learningRate * Math.sqrt(1 - beta2 ** step) / (1 - beta1 ** step) };
}

function buildSparseAdamGraph(spec: SparseAdamSpec, problem: OptimizerProblem): Graph {
  const { graph, blocks, rows, scalars, rowScales } = startStepGraph(problem, MOMENTS, ["step_size"]);
  const [beta1, beta2] = spec.betas;
  const size = rowScales === undefined
    ? scalars.step_size
    : mul(scalars.step_size, gatherRows(rowScales, rows));
  for (const { table, state, gradient, output } of blocks) {
    const first = add(mul(gatherRows(state.first_moments, rows), beta1), mul(gradient, 1 - beta1));
    const squares = mul(mul(gradient, gradient), 1 - beta2);
    const second = add(mul(gatherRows(state.second_moments, rows), beta2), squares);
    const step = mul(div(first, add(sqrt(second), spec.epsilon)), size);
    output("embeddings", scatterRows(table, rows, sub(gatherRows(table, rows), step)));
    output("first_moments", scatterRows(state.first_moments, rows, first));
    output("second_moments", scatterRows(state.second_moments, rows, second));
  }
  return graph;
}

function fuseSparseAdam(spec: SparseAdamSpec, tables: FusedTables): FusedOptimizer {
  const { kernels, table, state, scales, dim } = tables;
  const hyper = kernels.memory.float32(9);
  return {
    update({ rows, used, slots, gradients, factor }, time) {
      const { step_size } = sparseAdamStep(spec, time);
      hyper.set(adamwHyper({ ...spec, weightDecay: 0 }, { step_size, correction: 1, decay: 1 }, factor));
      const { first_moments: first, second_moments: second } = state;
      kernels.adamw({
        table,
        first,
        second,
        rows,
        slots,
        gradients,
        hyper,
        scales,
        columns: dim,
        items: used,
      });
    },
  };
}
