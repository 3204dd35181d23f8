import type { TokenPlan } from "../data/mod.ts";
import type { TokenBags } from "../text/mod.ts";
import type { LateNumber } from "./late_number.ts";
import type { OptimizerState } from "./optimizers/mod.ts";
import type { StepTime } from "./step_time.ts";

/** A batch of token ids. */
export interface TrainingBatch {
  /** Place of its task among those of the problem. */
  task: number;
  /** One per text column; the same number of texts each, none of them empty. */
  columns: readonly TokenBags[];
  /** The same tokens arranged for pooling, if somebody has done so already; it is copied. */
  plan?: TokenPlan;
  /** float32 [rows] or [rows, labels], if the task has labels. */
  labels?: Float32Array;
  /** float32 [rows, guideDim] for each text column, if the task has a guide. */
  guides?: readonly Float32Array[];
  /** float32 [sizes]: weights of the Matryoshka sizes, if the task draws them anew in each step. */
  sizeWeights?: Float32Array;
}

/** Everything that a step changes: what a checkpoint holds. */
export interface TrainingState {
  /** The embedding table, float32 [vocab, dim], row-major. */
  embeddings: Float32Array<ArrayBufferLike>;
  /** The optimizer's state by name. */
  optimizer: OptimizerState;
}

/** A state to start from. */
export interface InitialState {
  /** The embedding table, float32 [vocab, dim], row-major. */
  embeddings: Float32Array<ArrayBufferLike>;
  /** The optimizer's state by name. @default all zero */
  optimizer?: OptimizerState;
}

/** A batch that is arranged for its executor. */
export interface PreparedBatch {
  /** Rows of the batch. */
  readonly pairs: number;
  /** Tokens of the batch. */
  readonly tokens: number;
}

/**
 * Carries out training steps on some device: the gradients of one or more batches, then the optimizer's step.
 *
 * The trainer prepares the next batch while a gradient is computed; at most two prepared batches exist at a time.
 */
export interface Executor<P extends PreparedBatch = PreparedBatch> {
  /** What carries out the steps, for the log. */
  readonly description: string;
  /** Arranges a batch; its token ids are not needed any more afterwards. */
  prepare(batch: TrainingBatch): P;
  /** Gives a batch back that was prepared and is not computed. Left out where it takes nothing. */
  discard?(batch: P): Promise<void>;
  /** Starts anew from a state, which is copied; `step` steps of it are done. */
  load(state: InitialState & { step?: number }): Promise<void>;
  /** Loss of a batch; nothing changes. */
  evaluate(batch: P): Promise<number>;
  /** Adds the gradient of a batch to that of the step; gives the batch's loss. */
  accumulate(batch: P): Promise<number>;
  /** Carries out the step with the mean of the gradients added; gives its global norm before clipping. */
  update(time: StepTime): Promise<number>;
  /** Like `accumulate`, but does not wait until the loss is there. Left out where nothing would be won. */
  submit?(batch: P): Promise<LateNumber>;
  /** Like `update`, but does not wait until the norm is there. There wherever `submit` is. */
  submitUpdate?(time: StepTime): Promise<LateNumber>;
  /** The state as it is now, to go on from: views or copies, valid until the next call. */
  readState(): Promise<TrainingState>;
  /** The table as it is to be used, all rows up to date, float32 [vocab, dim]: a view or copy, likewise. */
  readTable(): Promise<Float32Array<ArrayBufferLike>>;
  /** Gives everything back. */
  close(): void;
}
