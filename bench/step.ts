/**
 * One training step at the size of the reference recipe, where its time goes, and the same step by ONNX graphs alone.
 *
 * 2,048 pairs of 12 and 70 tokens drawn by Zipf's law from 30,522 entries, 1,024 dimensions, Matryoshka 32..1,024.
 */
import { Random } from "../data/mod.ts";
import { Runtime } from "../runtime/mod.ts";
import type { TokenBags } from "../text/mod.ts";
import {
  type Executor,
  FusedExecutor,
  GraphExecutor,
  type InitialState,
  type TrainingBatch,
  type TrainingProblem,
} from "../train/mod.ts";
import { DIM, PAIRS, REFERENCE_TASK } from "./_reference_task.ts";

const VOCAB = 30_522;
const ANCHOR_TOKENS = 12;
const POSITIVE_TOKENS = 70;
const ROUNDS = 5;
const LEARNING_RATE = 0.01;

const PROBLEM: TrainingProblem = {
  tasks: [REFERENCE_TASK],
  vocab: VOCAB,
  dim: DIM,
  optimizer: { kind: "adamw", betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 },
  maxGradNorm: 1,
  schedule: { kind: "constant", learningRate: LEARNING_RATE, warmupSteps: 0, totalSteps: ROUNDS + 1 },
};

/** Texts of so many tokens; token k has probability proportional to 1 / (k + 3). */
function zipfTexts(tokens: number, random: Random): TokenBags {
  const offsets = Int32Array.from({ length: PAIRS + 1 }, (_, i) => i * tokens);
  const logRange = Math.log((VOCAB + 3) / 3);
  const draw = (): number => Math.min(VOCAB - 1, Math.floor(3 * Math.exp(random.nextFloat() * logRange) - 3));
  return { ids: Int32Array.from({ length: PAIRS * tokens }, draw), offsets };
}

async function medianStep(executor: Executor, batch: TrainingBatch): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const prepared = executor.prepare(batch);
    const start = performance.now();
    await executor.accumulate(prepared);
    await executor.update({ step: round + 1, learningRate: LEARNING_RATE });
    if (round > 0) times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

/** Prints the medians and their ratio. */
export async function main(): Promise<void> {
  const random = new Random(12);
  const columns = [zipfTexts(ANCHOR_TOKENS, random), zipfTexts(POSITIVE_TOKENS, random)];
  const batch: TrainingBatch = { task: 0, columns };
  const embeddings = Float32Array.from({ length: VOCAB * DIM }, () => random.nextFloat() - 0.5);
  using runtime = Runtime.open();
  const state: InitialState = { embeddings };
  const medians: Record<string, number> = {};
  for (
    const [name, start] of Object.entries({
      "kernels and loss graph": () => FusedExecutor.start(PROBLEM, runtime, state) as Promise<Executor>,
      "whole ONNX graphs": () => Promise.resolve(new GraphExecutor(PROBLEM, runtime, state) as Executor),
    })
  ) {
    const executor = await start();
    medians[name] = await medianStep(executor, batch);
    executor.close();
    console.log(`${name.padEnd(24)} ${medians[name].toFixed(0).padStart(6)} ms a step (median of ${ROUNDS})`);
  }
  const ratio = medians["whole ONNX graphs"] / medians["kernels and loss graph"];
  console.log(`ratio ${ratio.toFixed(2)}: ${ONE_LINE}`);
}

const ONE_LINE =
  `${PAIRS} pairs of ${ANCHOR_TOKENS} and ${POSITIVE_TOKENS} tokens, ${DIM} dimensions, table of ${VOCAB} rows`;

if (import.meta.main) await main();
