import type { Graph } from "../../graph/mod.ts";
import type { Kernels, SharedFloats, SharedIntegers } from "../../kernels/mod.ts";
import type { StepTime } from "../step_time.ts";

/** Shape of an optimizer's state: one float for each parameter, or one for each row of the table. */
export type StateShape = "elements" | "rows";

/** State of an optimizer by name: float32 [vocab, dim] or [vocab], all zero at the start. */
export type OptimizerState = Record<string, Float32Array<ArrayBufferLike>>;

/** What an optimizer's graph depends on. */
export interface OptimizerProblem {
  /** Dimensions of the table. */
  dim: number;
  /** Largest global norm of the gradient; null: no clipping. */
  maxGradNorm: number | null;
  /** Whether rows have learning rates of their own (input `row_scales` float32 [vocab, 1]). */
  rowScales: boolean;
  /** Widths of the blocks of columns in which table and state are kept. @default one, of the whole width */
  blocks?: readonly number[];
}

/** What an optimizer's kernels work on. */
export interface FusedTables {
  /** The fused loops. */
  kernels: Kernels;
  /** float32 [vocab, dim]. */
  table: SharedFloats;
  /** The optimizer's state. */
  state: Readonly<Record<string, SharedFloats>>;
  /** float32 [vocab], if rows have learning rates of their own. */
  scales?: SharedFloats;
  /** Rows of the table. */
  vocab: number;
  /** Dimensions. */
  dim: number;
  /** Learning rate of a step, counted from 1. */
  rateAt: (step: number) => number;
}

/** The gradient of a step, on kernel memory. */
export interface FusedGradient {
  /** int32 [used]: the rows that have one. */
  rows: SharedIntegers;
  /** How many there are. */
  used: number;
  /** int32 [vocab]: place of each row's gradient, or -1. */
  slots: SharedIntegers;
  /** float32 [used, dim]. */
  gradients: SharedFloats;
  /** float64 [used]: their squared lengths. */
  squares: Float64Array<SharedArrayBuffer>;
  /** Factor that clipping and accumulation ask for. */
  factor: number;
}

/** An optimizer as the CPU's kernels carry it out. */
export interface FusedOptimizer {
  /** Brings rows up to date after `step` steps, before they are read. Left out where rows always are. */
  refresh?(rows: SharedIntegers, step: number): void;
  /** A copy of the table with all rows up to date after `step` steps. Left out where they always are. */
  flushed?(step: number): Float32Array<ArrayBufferLike>;
  /** Carries out a step. */
  update(gradient: FusedGradient, time: StepTime): void;
}

/** An optimizer: its state, its graph, its kernels. */
export interface OptimizerDefinition<S> {
  /** State by name, in the order in which checkpoints hold it. */
  state(spec: S): Readonly<Record<string, StateShape>>;
  /** The inputs of the graph that depend on time: float32 scalars by name. */
  scalars(spec: S, time: StepTime): Record<string, number>;
  /**
   * One step as an ONNX graph. Inputs: `embeddings`, the state by name, `unique` int32 [used], `gradients` float32 [used,
   * dim], `gradient_squares` float32 [], the scalars, and `row_scales` if there are any. Outputs: `new_embeddings` and
   * `new_NAME` for the state; each may be written over its input. Several blocks are called `embeddings_0`,
   * `embeddings_1` and so on, as are those of a state with a number for each parameter.
   */
  buildGraph(spec: S, problem: OptimizerProblem): Graph;
  /** The same step by kernels. */
  fuse(spec: S, tables: FusedTables): FusedOptimizer;
}
