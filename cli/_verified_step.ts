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

/** Steps that are carried out; of the first the time does not count, since it prepares the device. */
const STEPS = 5;
const LEARNING_RATE = 0.1;

/** How large a fixed problem is. */
export interface ProblemSize {
  /** Rows of a batch, of two texts each. */
  pairs: number;
  /** Rows of the table. */
  vocab: number;
  /** Columns of the table; Matryoshka sizes are a quarter, a half, and all of it. */
  dim: number;
  /** Most tokens of a text; at least a third of them. */
  longest: number;
}

/** What is compared: small, so that even a GPU in software is done in seconds. */
export const COMPARED: ProblemSize = { pairs: 128, vocab: 2000, dim: 64, longest: 12 };

/** What is timed: an eighth of the reference recipe's work. */
export const TIMED: ProblemSize = { pairs: 1024, vocab: 30_000, dim: 512, longest: 72 };

/**
 * The fixed problem. Epsilon is far above AdamW's default, because a weight moves by the sign of its gradient where the
 * gradient is larger than epsilon, and the sign of a rounding error is not worth comparing.
 */
const problemOf = ({ vocab, dim }: ProblemSize): TrainingProblem => ({
  tasks: [{
    loss: {
      kind: "matryoshka",
      loss: {
        kind: "multipleNegativesRanking",
        scale: 20,
        directions: ["queryToDoc"],
        partitionMode: "joint",
      },
      dims: [dim / 4, dim / 2, dim],
      weights: null,
    },
    dim,
    columns: 2,
    labels: 0,
  }],
  vocab,
  dim,
  optimizer: { kind: "adamw", betas: [0.9, 0.999], epsilon: 1e-3, weightDecay: 0 },
  maxGradNorm: 1,
  schedule: { kind: "constant", learningRate: LEARNING_RATE, warmupSteps: 0, totalSteps: STEPS },
});

/** Size of a fixed problem, for people. */
export function problemText({ pairs, vocab, dim }: ProblemSize): string {
  const tokens = vocab.toLocaleString("en-US");
  return `${STEPS} steps of ${pairs.toLocaleString("en-US")} pairs, ${tokens} tokens, ${dim} dimensions`;
}

/** What some steps of the fixed problem gave. */
export interface StepOutcome {
  /** Milliseconds a step. */
  milliseconds: number;
  /** Tokens of the batch. */
  tokens: number;
  /** Loss of each step. */
  losses: number[];
  /** Norm of each step's gradient. */
  gradientNorms: number[];
  /** The table after the last step, float32 [vocab, dim]. */
  table: Float32Array;
  /** Running mean of the steps' gradients, float32 [vocab, dim]. */
  gradients: Float32Array;
}

/** How far an outcome lies from the one it is held against. */
export interface Deviation {
  /** Largest difference of a loss, relative to it. */
  loss: number;
  /** Largest difference of a gradient's norm, relative to it. */
  gradientNorm: number;
  /** Largest difference of a number of the gradients, relative to the largest of them. */
  gradients: number;
  /** Largest difference of a number in the updated rows; the numbers are normal(0, 1). */
  rows: number;
}

/** Where a fixed problem is run, and how its time is taken. */
export interface StepSetting {
  /** An open runtime. */
  runtime: Runtime;
  /** How large the problem is. */
  size: ProblemSize;
  /** Milliseconds from any fixed moment. */
  clock: () => number;
}

/** Runs a fixed problem with the CPU's own executor: kernels, and the loss as a graph. */
export async function stepWithKernels(setting: StepSetting): Promise<StepOutcome> {
  const { runtime, size } = setting;
  return await runSteps(await FusedExecutor.start(problemOf(size), runtime, initialState(size)), setting);
}

/** Runs a fixed problem as whole graphs, on the device of the runtime. */
export async function stepWithGraphs(setting: StepSetting): Promise<StepOutcome> {
  const { runtime, size } = setting;
  return await runSteps(new GraphExecutor(problemOf(size), runtime, initialState(size)), setting);
}

/** Floating-point operations of a step's matrix products: one forward and two backward. */
export function operationsOf({ pairs, dim }: ProblemSize): number {
  return 3 * 2 * pairs ** 2 * dim;
}

/**
 * Bytes that a step must move at least: every token's row is read for its text and every text's gradient for its tokens,
 * and AdamW reads and writes the table and its two moments.
 */
export function bytesOf({ vocab, dim }: ProblemSize, tokens: number): number {
  const ROW_PASSES = 2;
  const TABLE_PASSES = 6;
  return 4 * dim * (ROW_PASSES * tokens + TABLE_PASSES * vocab);
}

/** How far `found` lies from `expected`. A number that is not finite lies infinitely far. */
export function deviationOf(found: StepOutcome, expected: StepOutcome): Deviation {
  const scale = expected.gradients.reduce((most, x) => Math.max(most, Math.abs(x)), 0) || 1;
  return {
    loss: largest(found.losses, expected.losses, relative),
    gradientNorm: largest(found.gradientNorms, expected.gradientNorms, relative),
    gradients: largest(found.gradients, expected.gradients, (a, b) => Math.abs(a - b) / scale),
    rows: largest(found.table, expected.table, (a, b) => Math.abs(a - b)),
  };
}

function initialState({ vocab, dim }: ProblemSize): InitialState {
  const embeddings = new Float32Array(vocab * dim);
  fillNormal(embeddings, new Random(12).fork("table"));
  return { embeddings };
}

/** A column of texts of a third of the longest to the longest, drawn from the whole vocabulary. */
function drawColumn(
  { pairs, vocab, longest }: ProblemSize,
  random: Random,
): TrainingBatch["columns"][number] {
  const shortest = longest / 3;
  const offsets = new Int32Array(pairs + 1);
  for (let i = 0; i < pairs; i++) {
    offsets[i + 1] = offsets[i] + shortest + random.below(longest - shortest + 1);
  }
  const ids = Int32Array.from({ length: offsets[pairs] }, () => random.below(vocab));
  return { ids, offsets };
}

async function runSteps<P extends PreparedBatch>(
  executor: Executor<P>,
  { size, clock }: StepSetting,
): Promise<StepOutcome> {
  try {
    const random = new Random(12).fork("texts");
    const columns = [drawColumn(size, random), drawColumn(size, random)];
    const tokens = columns.reduce((sum, { ids }) => sum + ids.length, 0);
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
    const gradients = Float32Array.from((await executor.readState()).optimizer.first_moments);
    return { milliseconds, tokens, losses, gradientNorms, table, gradients };
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
