/**
 * One training step at the size of the reference recipe, where its time goes, and the same step by ONNX graphs alone.
 *
 * 2,048 pairs of 12 and 70 tokens drawn by Zipf's law from 30,522 entries, 1,024 dimensions, Matryoshka 32..1,024.
 */
import { Random } from "../data/mod.ts";
import { Runtime } from "../runtime/mod.ts";
import { type Executor, FusedExecutor, GraphExecutor, type TrainingBatch } from "../train/mod.ts";
import { median } from "./_median.ts";
import { drawTable, referenceProblem, TEXT_TOKENS, timeStep, zipfBatch } from "./_reference_step.ts";
import { DIM, PAIRS } from "./_reference_task.ts";

const VOCAB = 30_522;
const ROUNDS = 5;

async function medianStep(executor: Executor, batch: TrainingBatch): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const { loss, update } = await timeStep(executor, batch, round + 1);
    if (round > 0) times.push(loss + update);
  }
  return median(times);
}

/** Prints the medians and their ratio. */
export async function main(): Promise<void> {
  const random = new Random(12);
  const problem = referenceProblem(VOCAB);
  const batch = zipfBatch(VOCAB, random);
  const state = { embeddings: drawTable(VOCAB, random) };
  using runtime = Runtime.open();
  const medians: Record<string, number> = {};
  for (
    const [name, start] of Object.entries({
      "kernels and loss graph": () => FusedExecutor.start(problem, runtime, state) as Promise<Executor>,
      "whole ONNX graphs": () => Promise.resolve(new GraphExecutor(problem, runtime, state) as Executor),
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

const ONE_LINE = `${PAIRS} pairs of ${
  TEXT_TOKENS.join(" and ")
} tokens, ${DIM} dimensions, table of ${VOCAB} rows`;

if (import.meta.main) await main();
