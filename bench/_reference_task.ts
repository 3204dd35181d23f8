import type { GraphSpec } from "../train/mod.ts";

/** Dimensions of the reference recipe. */
export const DIM = 1024;

/** Rows of a batch of the reference recipe. */
export const PAIRS = 2048;

/** The loss of the reference recipe on pairs. */
export const REFERENCE_TASK: GraphSpec = {
  loss: {
    kind: "matryoshka",
    loss: { kind: "multipleNegativesRanking", scale: 20, directions: ["queryToDoc"], partitionMode: "joint" },
    dims: [32, 64, 128, 256, 512, DIM],
    weights: null,
  },
  dim: DIM,
  columns: 2,
  labels: 0,
};
