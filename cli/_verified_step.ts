import { fillNormal, Random } from "../data/mod.ts";
import type { Runtime } from "../runtime/mod.ts";
import {
  type Executor,
  FusedExecutor,
  GraphExecutor,
  type InitialState,
  type PreparedBatch,
  type TrainingBatch,
  type TrainingProblem,
} from "../train/mod.ts";

/** Steps that are compared; of the first the time does not count, since it prepares the device. */
const STEPS = 5;
const PAIRS = 128;
const DIM = 64;
const LEARNING_RATE = 0.1;

/**
 * The fixed problem. Epsilon is far above AdamW's default, because a weight moves by the sign of its gradient where the
 * gradient is larger than epsilon, and the sign of a rounding error is not worth comparing.
 */
const PROBLEM: TrainingProblem = {
  tasks: [{
    loss: {
      kind: "matryoshka",
      loss: {
        kind: "multipleNegativesRanking",
        scale: 20,
        directions: ["queryToDoc"],
        partitionMode: "joint",
      },
      dims: [16, 32, DIM],
      weights: null,
    },
    dim: DIM,
    columns: 2,
    labels: 0,
  }],
  vocab: 2000,
  dim: DIM,
  optimizer: { kind: "adamw", betas: [0.9, 0.999], epsilon: 1e-3, weightDecay: 0 },
  maxGradNorm: 1,
  schedule: { kind: "constant", learningRate: LEARNING_RATE, warmupSteps: 0, totalSteps: STEPS },
};

/** Size of the fixed problem, for people. */
export const PROBLEM_TEXT: string = `${STEPS} steps of ${PAIRS} pairs, ${
  PROBLEM.vocab.toLocaleString("en-US")
} tokens, ${PROBLEM.dim} dimensions`;

/** What some steps of the fixed problem gave. */
export interface StepOutcome {
  /** Milliseconds a step. */
  milliseconds: number;
  /** Loss of each step. */
  losses: number[];
  /** Norm of each step's gradient. */
  gradientNorms: number[];
  /** The table after the last step, float32 [vocab, dim]. */
  table: Float32Array;
}

/** How far an outcome lies from the one it is held against. */
export interface Deviation {
  /** Largest difference of a loss, relative to it. */
  loss: number;
  /** Largest difference of a gradient's norm, relative to it. */
  gradientNorm: number;
  /** Largest difference of a number in the updated rows; the numbers are normal(0, 1). */
  rows: number;
}

/**
 * Runs the fixed problem with the CPU's own executor: kernels, and the loss as a graph.
 *
 * @param runtime An open runtime on the CPU.
 * @param clock Milliseconds from any fixed moment.
 */
export async function stepWithKernels(runtime: Runtime, clock: () => number): Promise<StepOutcome> {
  const executor = await FusedExecutor.start(PROBLEM, runtime, initialState());
  return await runSteps(executor, clock);
}

/**
 * Runs the fixed problem as whole graphs, on the device of the runtime.
 *
 * @param runtime An open runtime.
 * @param clock Milliseconds from any fixed moment.
 */
export async function stepWithGraphs(runtime: Runtime, clock: () => number): Promise<StepOutcome> {
  return await runSteps(new GraphExecutor(PROBLEM, runtime, initialState()), clock);
}

/** How far `found` lies from `expected`. A number that is not finite lies infinitely far. */
export function deviationOf(found: StepOutcome, expected: StepOutcome): Deviation {
  return {
    loss: largest(found.losses, expected.losses, relative),
    gradientNorm: largest(found.gradientNorms, expected.gradientNorms, relative),
    rows: largest(found.table, expected.table, (a, b) => Math.abs(a - b)),
  };
}

function initialState(): InitialState {
  const embeddings = new Float32Array(PROBLEM.vocab * PROBLEM.dim);
  fillNormal(embeddings, new Random(12).fork("table"));
  return { embeddings };
}

/** A column of texts of 4 to 12 tokens, drawn from the whole vocabulary. */
function drawColumn(random: Random): TrainingBatch["columns"][number] {
  const lengths = Array.from({ length: PAIRS }, () => 4 + random.below(9));
  const offsets = Int32Array.of(0, ...lengths);
  for (let i = 1; i < offsets.length; i++) offsets[i] += offsets[i - 1];
  const ids = Int32Array.from({ length: offsets[PAIRS] }, () => random.below(PROBLEM.vocab));
  return { ids, offsets };
}

async function runSteps<P extends PreparedBatch>(
  executor: Executor<P>,
  clock: () => number,
): Promise<StepOutcome> {
  try {
    const random = new Random(12).fork("texts");
    const columns = [drawColumn(random), drawColumn(random)];
    const losses: number[] = [];
    const gradientNorms: number[] = [];
    let started = clock();
    for (let step = 1; step <= STEPS; step++) {
      if (step === 2) started = clock();
      losses.push(await executor.accumulate(executor.prepare({ task: 0, columns })));
      gradientNorms.push(await executor.update({ step, learningRate: LEARNING_RATE }));
    }
    const milliseconds = (clock() - started) / (STEPS - 1);
    const table = Float32Array.from(await executor.readTable());
    return { milliseconds, losses, gradientNorms, table };
  } finally {
    executor.close();
  }
}

function relative(found: number, expected: number): number {
  return Math.abs(found - expected) / Math.abs(expected);
}

function largest(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  distance: (a: number, b: number) => number,
): number {
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = distance(found[i], expected[i]);
    if (!(difference <= worst)) worst = Number.isNaN(difference) ? Infinity : difference;
  }
  return worst;
}
