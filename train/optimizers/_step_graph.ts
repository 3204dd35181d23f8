import { add, div, Graph, greater, mul, sqrt, type Value, where } from "../../graph/mod.ts";
import { cutColumns, tableBlockName } from "../table_blocks.ts";
import type { OptimizerProblem, StateShape } from "./optimizer.ts";

/** A block of columns of the table and what belongs to it. */
export interface StepBlock {
  /** float32 [vocab, width]. */
  table: Value;
  /** float32 [vocab, width] each: the state that has a number for each parameter, by name. */
  state: Readonly<Record<string, Value>>;
  /** float32 [used, width], clipped. */
  gradient: Value;
  /** Gives what the block of `embeddings`, or of some state, becomes. */
  output: (name: string, value: Value) => void;
}

/** The inputs of an optimizer's graph. */
export interface StepGraph {
  /** The graph under construction. */
  graph: Graph;
  /** The table, cut into blocks of columns; one unless the problem says otherwise. */
  blocks: readonly StepBlock[];
  /** float32 [vocab] each: the state that has a number for each row, by name. */
  rowState: Readonly<Record<string, Value>>;
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
  const { dim, maxGradNorm, blocks = [dim] } = problem;
  const inputOf = (name: string): Value[] =>
    blocks.map((width, i) => graph.input(tableBlockName(name, i, blocks), "float32", ["vocab", width]));
  const tables = inputOf("embeddings");
  const elements: Record<string, Value[]> = {};
  const rowState: Record<string, Value> = {};
  for (const [name, shape] of Object.entries(state)) {
    if (shape === "elements") elements[name] = inputOf(name);
    else rowState[name] = graph.input(name, "float32", ["vocab"]);
  }
  const rows = graph.input("unique", "int32", ["used"]);
  const gradient = graph.input("gradients", "float32", ["used", dim]);
  const norm = add(sqrt(graph.input("gradient_squares", "float32", [])), 1e-6);
  const scalars = Object.fromEntries(scalarNames.map((name) => [name, graph.input(name, "float32", [])]));
  const rowScales = problem.rowScales ? graph.input("row_scales", "float32", ["vocab", 1]) : undefined;
  const clipped = maxGradNorm === null
    ? gradient
    : mul(gradient, where(greater(norm, maxGradNorm), div(maxGradNorm, norm), 1));
  const parts = cutColumns(clipped, blocks);
  return {
    graph,
    blocks: tables.map((table, i) => ({
      table,
      state: Object.fromEntries(Object.entries(elements).map(([name, values]) => [name, values[i]])),
      gradient: parts[i],
      output: (name, value) => graph.output(`new_${tableBlockName(name, i, blocks)}`, value),
    })),
    rowState,
    rows,
    gradient: clipped,
    scalars,
    scaled: (step) => rowScales === undefined ? step : mul(step, rowScales),
    rowScales,
  };
}
