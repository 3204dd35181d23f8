/** Forty-step trajectories of the reference implementation (float64), by both executors (float32). */
import assert from "node:assert/strict";
import type { TokenBags } from "../text/mod.ts";
import {
  type Executor,
  FusedExecutor,
  GraphExecutor,
  type InitialState,
  learningRateAt,
  type OptimizerSpec,
  type ScheduleSpec,
  type TrainingBatch,
  type TrainingProblem,
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

function optimizerOf(
  { name, betas, eps: epsilon, weight_decay: weightDecay }: GoldenRun["optimizer"],
): OptimizerSpec {
  return name === "sparse_adam"
    ? { kind: "sparseAdam", betas, epsilon }
    : { kind: "adamw", betas, epsilon, weightDecay };
}

function scheduleOf({ optimizer, schedule }: GoldenRun): ScheduleSpec {
  return {
    kind: "linear",
    learningRate: optimizer.learning_rate,
    warmupSteps: schedule.warmup_steps,
    totalSteps: schedule.steps,
  };
}

function problemOf(run: GoldenRun, optimizer: OptimizerSpec): TrainingProblem {
  const { scale, matryoshka_dims: dims } = run.loss;
  const ranking = {
    kind: "multipleNegativesRanking",
    scale,
    directions: ["queryToDoc"],
    partitionMode: "joint",
    hardnessMode: null,
    hardnessStrength: 0,
  } as const;
  const loss = { kind: "matryoshka", loss: ranking, dims, weights: null, dimsPerStep: null } as const;
  return {
    tasks: [{ loss, dim: golden.dim, columns: run.batches[0].length, labels: 0 }],
    vocab: golden.vocab,
    dim: golden.dim,
    optimizer,
    maxGradNorm: run.optimizer.max_grad_norm,
    schedule: scheduleOf(run),
  };
}

function initialState(): InitialState {
  return { embeddings: Float32Array.from(golden.initial_weights.flat()) };
}

const EXECUTORS: Record<string, (problem: TrainingProblem) => Promise<Executor>> = {
  "kernels and loss graph": (problem) =>
    FusedExecutor.start(problem, testRuntime(), initialState()) as Promise<Executor>,
  "training and optimizer graph": (problem) =>
    Promise.resolve(new GraphExecutor(problem, testRuntime(), initialState()) as Executor),
};

const runs = golden.runs as unknown as GoldenRun[];

Deno.test("the golden file holds three dense AdamW trajectories and a row-sparse one", () => {
  assert.deepEqual(runs.map((run) => run.optimizer.name), ["adamw", "adamw", "adamw", "sparse_adam"]);
});

for (const run of runs) {
  for (const [executorName, start] of Object.entries(EXECUTORS)) {
    Deno.test(`golden trajectory "${run.name}" by ${executorName}`, async () => {
      const tensorsBefore = countLiveTensors();
      const executor = await start(problemOf(run, optimizerOf(run.optimizer)));
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
  const batches: TrainingBatch[] = run.batches.map((columns) => ({
    task: 0,
    columns: columns.map(tokenBags),
  }));
  for (const expected of run.log) {
    const learningRate = learningRateAt(scheduleOf(run), expected.step);
    assert.ok(Math.abs(learningRate - expected.learning_rate) < 1e-12);
    const batch = executor.prepare(batches[expected.step % batches.length]);
    const loss = await executor.accumulate(batch);
    const gradientNorm = await executor.update({ step: expected.step + 1, learningRate });
    // The issue asks 1e-4 for losses between 1 and 45: float32 against float64 differs by up to 3e-5 here.
    assert.ok(
      Math.abs(loss - expected.loss) < 1e-4,
      `step ${expected.step}: ${loss}, not ${expected.loss}`,
    );
    const normError = Math.abs(gradientNorm - expected.grad_norm) / expected.grad_norm;
    assert.ok(
      normError < 1e-4,
      `step ${expected.step}: norm ${gradientNorm}, not ${expected.grad_norm}`,
    );
  }
  const embeddings = await executor.readTable();
  const expected = run.final_weights.flat();
  const worst = expected.reduce((max, x, i) => Math.max(max, Math.abs(x - embeddings[i])), 0);
  console.log(`    largest error of a final weight: ${worst.toExponential(2)}`);
  // AdamW divides by the root of small second moments, which magnifies float32 rounding; the issue allows 1e-3.
  assert.ok(worst < 1e-3, `largest error of a final weight: ${worst}`);
}
