/** Problems on which training in several processes is held against training in one. */
import { GUIDE_DIM, testProblem, testTask } from "../train/_test_problem.ts";
import type { TrainingProblem } from "../train/mod.ts";

/** A problem and its batches. */
export interface ParallelProblem {
  problem: TrainingProblem;
  /** Rows of a batch. */
  pairs: number;
  /** @default 1 */
  batchesPerStep?: number;
}

const ranking = {
  kind: "multipleNegativesRanking",
  scale: 20,
  directions: ["queryToDoc"],
  partitionMode: "joint",
} as const;
const everyDirection = {
  ...ranking,
  directions: ["queryToDoc", "queryToQuery", "docToQuery", "docToDoc"],
} as const;
const gist = {
  kind: "gist",
  guide: "a guide",
  temperature: 0.05,
  marginStrategy: "absolute",
  margin: 0,
  contrastAnchors: true,
  contrastPositives: true,
} as const;
const drawn = { kind: "matryoshka", loss: ranking, dims: [3, 6, 12], weights: null, dimsPerStep: 2 } as const;
const caughtUp = {
  kind: "caughtUpAdamw",
  betas: [0.9, 0.999],
  epsilon: 1e-3,
  weightDecay: 0.01,
  denseSteps: 2,
} as const;

/** By what they are about. */
export const PARALLEL_PROBLEMS: Readonly<Record<string, ParallelProblem>> = {
  "Matryoshka over MultipleNegativesRanking": { problem: testProblem(), pairs: 21 },
  "all directions with a negative, rows of the table that few texts use, caught up when used": {
    problem: testProblem({
      vocab: 1500,
      tasks: [testTask({ loss: everyDirection, columns: 3 })],
      optimizer: caughtUp,
    }),
    pairs: 20,
  },
  "a guide, cached, two batches a step": {
    problem: testProblem({
      tasks: [testTask({ loss: { ...gist, kind: "cachedGist", chunkSize: 3 }, guideDim: GUIDE_DIM })],
    }),
    pairs: 17,
    batchesPerStep: 2,
  },
  "labels, computed whole by each": {
    problem: testProblem({ tasks: [testTask({ loss: { kind: "coSent", scale: 20 }, labels: 1 })] }),
    pairs: 18,
  },
  "tasks in turn, drawn sizes, rates of their own, row-wise Adagrad": {
    problem: testProblem({
      tasks: [testTask({ loss: drawn }), testTask({ loss: gist, guideDim: GUIDE_DIM, columns: 3 })],
      optimizer: { kind: "rowwiseAdagrad", epsilon: 1e-10 },
      rowScales: Float32Array.from({ length: 60 }, (_, i) => 0.5 + i % 3),
    }),
    pairs: 16,
  },
  "fewer rows than processes": { problem: testProblem(), pairs: 3 },
};

const pairsOf256 = testTask({
  loss: { kind: "matryoshka", loss: ranking, dims: [64, 256], weights: null },
  dim: 256,
});

/** Large enough that what is sent is mostly numbers, not headers. */
export const LARGE_PROBLEMS: Readonly<Record<string, ParallelProblem>> = {
  "256 pairs of 256 dimensions": {
    problem: testProblem({ vocab: 2000, dim: 256, tasks: [pairsOf256] }),
    pairs: 256,
  },
};
