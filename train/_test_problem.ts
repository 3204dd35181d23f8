/** Random training problems for tests. */
import { Random } from "../data/mod.ts";
import type { TokenBags } from "../text/mod.ts";
import type { TrainingBatch } from "./executor.ts";
import type { GraphSpec } from "./loss_graph.ts";
import { drawSizeWeights } from "./losses/mod.ts";
import type { TrainingProblem } from "./problem.ts";

/** Dimensions of a guide in tests. */
export const GUIDE_DIM = 5;

/** Pairs of 12 dimensions under Matryoshka; tests change what they are about. */
export function testTask(changes: Partial<GraphSpec> = {}): GraphSpec {
  return {
    loss: {
      kind: "matryoshka",
      loss: {
        kind: "multipleNegativesRanking",
        scale: 20,
        directions: ["queryToDoc"],
        partitionMode: "joint",
      },
      dims: [4, 12],
      weights: null,
    },
    dim: 12,
    columns: 2,
    labels: 0,
    ...changes,
  };
}

/** A problem of one {@link testTask} and 60 tokens; tests change what they are about. */
export function testProblem(changes: Partial<TrainingProblem> = {}): TrainingProblem {
  return {
    tasks: [testTask()],
    vocab: 60,
    dim: 12,
    // Far above AdamW's default: below epsilon a weight would move by the sign of a rounding error.
    optimizer: { kind: "adamw", betas: [0.9, 0.999], epsilon: 1e-3, weightDecay: 0.01 },
    maxGradNorm: 1,
    schedule: { kind: "constant", learningRate: 0.05, warmupSteps: 0, totalSteps: 100 },
    ...changes,
  };
}

/** A table of normal(0, 1). */
export function testTable({ vocab, dim }: TrainingProblem, seed: number): Float32Array<ArrayBuffer> {
  const random = new Random(seed);
  return Float32Array.from({ length: vocab * dim }, () => random.normal());
}

/** What {@link testBatch} draws. */
export interface TestBatchOptions {
  /** Rows. @default 8 */
  pairs?: number;
  /** Place of the task. @default 0 */
  task?: number;
  /** The problem. @default {@link testProblem} */
  problem?: TrainingProblem;
}

/**
 * A batch of texts of 1 to 9 tokens, with what its task reads besides; small vocabularies repeat tokens within and across
 * texts.
 */
export function testBatch(
  random: Random,
  { pairs = 8, task = 0, problem = testProblem() }: TestBatchOptions = {},
): TrainingBatch {
  const { columns, labels, guideDim = 0, loss } = problem.tasks[task];
  const perColumn = Array.from({ length: columns });
  const floats = (length: number, draw: () => number): Float32Array => Float32Array.from({ length }, draw);
  const width = Number(labels);
  return {
    task,
    columns: perColumn.map(() => testColumn(random, pairs, problem.vocab)),
    labels: width === 0 ? undefined : floats(pairs * width, () => 2 * random.nextFloat() - 1),
    guides: guideDim === 0 ? undefined : perColumn.map(() => floats(pairs * guideDim, () => random.normal())),
    sizeWeights: drawSizeWeights(loss, () => random.nextFloat()),
  };
}

function testColumn(random: Random, texts: number, vocab: number): TokenBags {
  const offsets = new Int32Array(texts + 1);
  for (let i = 0; i < texts; i++) offsets[i + 1] = offsets[i] + 1 + random.below(9);
  return { ids: Int32Array.from({ length: offsets[texts] }, () => random.below(vocab)), offsets };
}
