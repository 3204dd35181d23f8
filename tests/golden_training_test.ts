/** Forty-step trajectories of the reference implementation (float64), by both executors (float32). */
import assert from "node:assert/strict";
import type { TokenBags } from "../text/mod.ts";
import {
  type Executor,
  FusedExecutor,
  GraphExecutor,
  learningRateAt,
  type TrainingBatch,
  type TrainingProblem,
  type TrainingState,
} from "../train/mod.ts";
import { countLiveTensors } from "../runtime/mod.ts";
import { testRuntime } from "./_run_graph.ts";
import golden from "../fixtures/train/training.json" with { type: "json" };

interface GoldenRun {
  name: string;
  batches: number[][][][];
  optimizer: {
    name: string;
    learning_rate: number;
    betas: [number, number];
    eps: number;
    weight_decay: number;
    max_grad_norm: number | null;
  };
  schedule: { warmup_steps: number; steps: number };
  loss: { scale: number; matryoshka_dims: number[] };
  log: { step: number; learning_rate: number; loss: number; grad_norm: number }[];
  final_weights: number[][];
}

function tokenBags(texts: readonly (readonly number[])[]): TokenBags {
  const offsets = Int32Array.from({ length: texts.length + 1 }, (_, i) => texts.slice(0, i).flat().length);
  return { ids: Int32Array.from(texts.flat()), offsets };
}

function problemOf(run: GoldenRun): TrainingProblem {
  const { optimizer, loss } = run;
  const { betas, eps: epsilon, weight_decay: weightDecay, max_grad_norm: maxGradNorm } = optimizer;
  return {
    loss: {
      kind: "matryoshka",
      loss: {
        kind: "multipleNegativesRanking",
        scale: loss.scale,
        directions: ["queryToDoc"],
        partitionMode: "joint",
      },
      dims: loss.matryoshka_dims,
      weights: null,
    },
    vocab: golden.vocab,
    dim: golden.dim,
    labels: false,
    optimizer: { kind: "adamw", betas, epsilon, weightDecay },
    maxGradNorm,
  };
}

function initialState(): TrainingState {
  const embeddings = Float32Array.from(golden.initial_weights.flat());
  const zeros = (): Float32Array => new Float32Array(embeddings.length);
  return { embeddings, firstMoments: zeros(), secondMoments: zeros() };
}

const EXECUTORS: Record<string, (problem: TrainingProblem) => Promise<Executor>> = {
  "kernels and loss graph": (problem) =>
    FusedExecutor.start(problem, testRuntime(), initialState()) as Promise<Executor>,
  "training and optimizer graph": (problem) =>
    Promise.resolve(new GraphExecutor(problem, testRuntime(), initialState()) as Executor),
};

const runs = (golden.runs as unknown as GoldenRun[]).filter((run) => run.optimizer.name === "adamw");

Deno.test("the golden file holds three dense AdamW trajectories", () => {
  assert.equal(runs.length, 3);
});

for (const run of runs) {
  for (const [executorName, start] of Object.entries(EXECUTORS)) {
    Deno.test(`golden trajectory "${run.name}" by ${executorName}`, async () => {
      const tensorsBefore = countLiveTensors();
      const executor = await start(problemOf(run));
      try {
        await followTrajectory(executor, run);
      } finally {
        executor.close();
      }
      assert.equal(countLiveTensors(), tensorsBefore);
    });
  }
}

async function followTrajectory(executor: Executor, run: GoldenRun): Promise<void> {
  const { optimizer, schedule } = run;
  const batches: TrainingBatch[] = run.batches.map((columns) => ({ columns: columns.map(tokenBags) }));
  const plan = {
    kind: "linear" as const,
    learningRate: optimizer.learning_rate,
    warmupSteps: schedule.warmup_steps,
    totalSteps: schedule.steps,
  };
  for (const expected of run.log) {
    const learningRate = learningRateAt(plan, expected.step);
    assert.ok(Math.abs(learningRate - expected.learning_rate) < 1e-12);
    const batch = executor.prepare(batches[expected.step % batches.length]);
    const found = await executor.step(batch, { step: expected.step + 1, learningRate });
    // The issue asks 1e-4 for losses between 1 and 45: float32 against float64 differs by up to 3e-5 here.
    assert.ok(
      Math.abs(found.loss - expected.loss) < 1e-4,
      `step ${expected.step}: ${found.loss}, not ${expected.loss}`,
    );
    const normError = Math.abs(found.gradientNorm - expected.grad_norm) / expected.grad_norm;
    assert.ok(
      normError < 1e-4,
      `step ${expected.step}: norm ${found.gradientNorm}, not ${expected.grad_norm}`,
    );
  }
  const { embeddings } = await executor.readState();
  const expected = run.final_weights.flat();
  const worst = expected.reduce((max, x, i) => Math.max(max, Math.abs(x - embeddings[i])), 0);
  console.log(`    largest error of a final weight: ${worst.toExponential(2)}`);
  // AdamW divides by the root of small second moments, which magnifies float32 rounding; the issue allows 1e-3.
  assert.ok(worst < 1e-3, `largest error of a final weight: ${worst}`);
}
