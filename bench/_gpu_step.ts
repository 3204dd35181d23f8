import type { Random } from "../data/mod.ts";
import type { ProductType } from "../graph/mod.ts";
import type { TokenBags } from "../text/mod.ts";
import type { TrainingBatch, TrainingProblem } from "../train/mod.ts";
import { REFERENCE_TASK } from "./_reference_task.ts";
import { zipfTexts } from "./_zipf_texts.ts";

/** Batches that take turns, so that none is in a cache. */
export const BATCHES = 4;

/** Learning rate of every step. */
export const LEARNING_RATE = 0.01;

/** How large a step is. */
export interface GpuStep {
  pairs: number;
  dim: number;
  vocab: number;
  /** Tokens of an anchor and of a positive. */
  tokens: readonly [number, number];
  /** Matryoshka sizes. */
  dims: readonly number[];
  /** Steps that are timed. */
  steps: number;
}

/** The reference recipe's problem at another size. */
export function problemOf({ dim, vocab, dims, steps }: GpuStep, precision: ProductType): TrainingProblem {
  return {
    tasks: [{ ...REFERENCE_TASK, dim, loss: { ...REFERENCE_TASK.loss, dims: [...dims] } as never }],
    vocab,
    dim,
    precision,
    optimizer: { kind: "adamw", betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 },
    maxGradNorm: 1,
    schedule: { kind: "constant", learningRate: LEARNING_RATE, warmupSteps: 0, totalSteps: steps },
  };
}

/** Texts drawn by Zipf's law. */
export function drawBatches({ pairs, vocab, tokens }: GpuStep, random: Random): TrainingBatch[] {
  const column = (count: number): TokenBags => zipfTexts({ texts: pairs, vocab, tokens: count }, random);
  return Array.from({ length: BATCHES }, () => ({ task: 0, columns: tokens.map(column) }));
}
