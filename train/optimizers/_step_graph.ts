import { add, div, Graph, greater, mul, sqrt, type Value, where } from "../../graph/mod.ts";
import type { OptimizerProblem, StateShape } from "./optimizer.ts";

/** The inputs of an optimizer's graph. */
export interface StepGraph {
  /** The graph under construction. */
  graph: Graph;
  /** float32 [vocab, dim]. */
  table: Value;
  /** State by name. */
  state: Readonly<Record<string, Value>>;
  /** int32 [used]. */
  rows: Value;
  /** float32 [used, dim], clipped. */
  gradient: Value;
  /** Scalars by name. */
  scalars: Readonly<Record<string, Value>>;
  /** A step times the rows' own factors, float32 [vocab, 1] or []. */
  scaled: (step: Value) => Value;
  /** float32 [vocab, 1], or undefined where all rows have the same learning rate. */
  rowScales?: Value;
}

/**
 * Starts an optimizer's graph: declares its inputs and clips the gradient to a global norm as PyTorch's
 * `clip_grad_norm_` does.
 */
export function startStepGraph(
  problem: OptimizerProblem,
  state: Readonly<Record<string, StateShape>>,
  scalarNames: readonly string[],
): StepGraph {
  const graph = new Graph("optimizer_model");
  const { dim, maxGradNorm } = problem;
  const table = graph.input("embeddings", "float32", ["vocab", dim]);
  const states = Object.entries(state).map(([name, shape]) => [
    name,
    graph.input(name, "float32", shape === "elements" ? ["vocab", dim] : ["vocab"]),
  ]);
  const rows = graph.input("unique", "int32", ["used"]);
  const gradient = graph.input("gradients", "float32", ["used", dim]);
  const norm = add(sqrt(graph.input("gradient_squares", "float32", [])), 1e-6);
  const scalars = Object.fromEntries(scalarNames.map((name) => [name, graph.input(name, "float32", [])]));
  const rowScales = problem.rowScales ? graph.input("row_scales", "float32", ["vocab", 1]) : undefined;
  const clipped = maxGradNorm === null
    ? gradient
    : mul(gradient, where(greater(norm, maxGradNorm), div(maxGradNorm, norm), 1));
  const scaled = (step: Value): Value => rowScales === undefined ? step : mul(step, rowScales);
  return {
    graph,
    table,
    state: Object.fromEntries(states),
    rows,
    gradient: clipped,
    scalars,
    scaled,
    rowScales,
  };
}
