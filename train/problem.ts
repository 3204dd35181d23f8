import type { ProductType } from "../graph/mod.ts";
import type { GraphSpec } from "./loss_graph.ts";
import type { OptimizerSpec } from "./optimizers/mod.ts";
import type { ScheduleSpec } from "./schedule.ts";

/** What is to be optimised: everything that the artifacts of a training depend on. */
export interface TrainingProblem {
  /** What batches are trained on: a loss, and the columns and labels that it reads. A batch names one by its place. */
  tasks: readonly GraphSpec[];
  /** Rows of the table. */
  vocab: number;
  /** Dimensions of the embeddings. */
  dim: number;
  /** The optimizer. */
  optimizer: OptimizerSpec;
  /** Largest global norm of the gradient; null: no clipping. */
  maxGradNorm: number | null;
  /** Learning rates. */
  schedule: ScheduleSpec;
  /** Type in which the products of embeddings are computed, from and to float32. @default "float32" */
  precision?: ProductType;
  /** float32 [vocab]: factor of each row's learning rate. @default 1 for all */
  rowScales?: Float32Array;
}
