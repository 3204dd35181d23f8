import type { Random } from "../data/mod.ts";
import type { Executor, TrainingBatch, TrainingProblem } from "../train/mod.ts";
import { DIM, PAIRS, REFERENCE_TASK } from "./_reference_task.ts";
import { zipfTexts } from "./_zipf_texts.ts";

/** Tokens of the texts of a reference step: a question and an answer. */
export const TEXT_TOKENS: readonly number[] = [12, 70];

const LEARNING_RATE = 0.01;

/** The reference recipe's problem on a table of so many rows. */
export function referenceProblem(vocab: number): TrainingProblem {
  return {
    tasks: [REFERENCE_TASK],
    vocab,
    dim: DIM,
    optimizer: { kind: "adamw", betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 },
    maxGradNorm: 1,
    schedule: { kind: "constant", learningRate: LEARNING_RATE, warmupSteps: 0, totalSteps: 1000 },
  };
}

/** Pairs of {@link TEXT_TOKENS}. */
export function zipfBatch(vocab: number, random: Random): TrainingBatch {
  const columns = TEXT_TOKENS.map((tokens) => zipfTexts({ texts: PAIRS, tokens, vocab }, random));
  return { task: 0, columns };
}

/** A table of numbers between -0.5 and 0.5, float32 [vocab, DIM]. */
export function drawTable(vocab: number, random: Random): Float32Array {
  const table = new Float32Array(vocab * DIM);
  for (let i = 0; i < table.length; i++) table[i] = random.nextFloat() - 0.5;
  return table;
}

/** Milliseconds of one step, the batch being ready: its loss and gradient, and the optimizer's pass. */
export async function timeStep(
  executor: Executor,
  batch: TrainingBatch,
  step: number,
): Promise<{ loss: number; update: number }> {
  const prepared = executor.prepare(batch);
  const start = performance.now();
  await executor.accumulate(prepared);
  const middle = performance.now();
  await executor.update({ step, learningRate: LEARNING_RATE });
  return { loss: middle - start, update: performance.now() - middle };
}
