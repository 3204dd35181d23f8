import type { AdamWSpec } from "./adamw.ts";
import type { GraphSpec } from "./loss_graph.ts";
import type { LossSpec } from "./losses/mod.ts";

/** What is to be optimised: everything that the artifacts of a training depend on. */
export interface TrainingProblem {
  /** The loss. */
  loss: LossSpec;
  /** Rows of the table. */
  vocab: number;
  /** Dimensions of the embeddings. */
  dim: number;
  /** Whether batches carry labels. */
  labels: boolean;
  /** The optimizer. */
  optimizer: AdamWSpec;
  /** Largest global norm of the gradient; null: no clipping. */
  maxGradNorm: number | null;
}

/** The graph of a problem for batches with so many text columns. */
export function graphSpecOf(problem: TrainingProblem, columns: number): GraphSpec {
  return { loss: problem.loss, dim: problem.dim, labels: problem.labels, columns };
}
