import type { TokenBags } from "../text/mod.ts";

/** A batch of token ids. */
export interface TrainingBatch {
  /** One per text column; the same number of texts each, none of them empty. */
  columns: readonly TokenBags[];
  /** float32 [rows], if the loss needs labels. */
  labels?: Float32Array;
}

/** What one optimizer step reports. */
export interface StepResult {
  /** Loss of the batch, before the step. */
  loss: number;
  /** Global norm of the gradient, before clipping. */
  gradientNorm: number;
}

/** Everything that a step changes: what a checkpoint holds. All float32 [vocab, dim], row-major. */
export interface TrainingState {
  /** The embedding table. */
  embeddings: Float32Array<ArrayBufferLike>;
  /** AdamW's first moments. */
  firstMoments: Float32Array<ArrayBufferLike>;
  /** AdamW's second moments. */
  secondMoments: Float32Array<ArrayBufferLike>;
}

/** A state to start from; moments that are left out are zero. */
export type InitialState = Pick<TrainingState, "embeddings"> & Partial<TrainingState>;

/** When a step happens. */
export interface StepTime {
  /** Number of the step, from 1. */
  step: number;
  /** Learning rate of the step. */
  learningRate: number;
}

/** A batch that is arranged for its executor. */
export interface PreparedBatch {
  /** Rows of the batch. */
  readonly pairs: number;
  /** Tokens of the batch. */
  readonly tokens: number;
}

/**
 * Carries out training steps on some device. The trainer prepares the next batch while a step runs; at most two
 * prepared batches exist at a time.
 */
export interface Executor<P extends PreparedBatch = PreparedBatch> {
  /** What carries out the steps, for the log. */
  readonly description: string;
  /** Arranges a batch. */
  prepare(batch: TrainingBatch): P;
  /** Carries out one step. */
  step(batch: P, time: StepTime): Promise<StepResult>;
  /** The state as it is now: views or copies, valid until the next step. */
  readState(): Promise<TrainingState>;
  /** Gives everything back. */
  close(): void;
}
