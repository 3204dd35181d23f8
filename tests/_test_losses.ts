/** Every loss as a small task, for tests that go through all of them. */
import type { Random } from "../data/mod.ts";
import { resolveRecipe } from "../recipes/mod.ts";
import {
  type GraphSpec,
  labelWidths,
  lossRequirements,
  type LossSpec,
  type OptimizerSpec,
  type TrainingBatch,
} from "../train/mod.ts";

/** Dimensions of the embeddings. */
export const DIM = 8;
/** Rows of the table. */
export const VOCAB = 40;
/** Dimensions of a guide's vectors. */
const GUIDE_DIM = 3;
/** Tokens of every text. */
const TOKENS = 3;

const ADAM = { betas: [0.9, 0.999], epsilon: 1e-3 } as const;

/** Every optimizer, with an epsilon above the rounding errors of gradients. */
export const OPTIMIZERS: readonly OptimizerSpec[] = [
  { kind: "adamw", ...ADAM, weightDecay: 0.01 },
  { kind: "caughtUpAdamw", ...ADAM, weightDecay: 0.01, denseSteps: 1 },
  { kind: "sparseAdam", ...ADAM },
  { kind: "sgd", momentum: 0.9, weightDecay: 0.01 },
  { kind: "rowwiseAdagrad", epsilon: 1e-3 },
];

/** A loss with the defaults of a recipe, alone or in Matryoshka. */
export function lossOf(kind: string, inMatryoshka: boolean): LossSpec {
  const inner = { kind, ...(kind.toLowerCase().includes("gist") ? { guide: "given" } : {}) };
  const loss = inMatryoshka ? { kind: "matryoshka", loss: inner, dims: [4, DIM] } : inner;
  const datasets = { pairs: { source: "pairs.jsonl" } };
  const training = { learningRate: 0.1 };
  return resolveRecipe({ name: "loss", tokenizer: "t.json", model: { dim: DIM }, datasets, loss, training })
    .loss;
}

/** The smallest task that a loss can have. */
export function taskOf(loss: LossSpec): GraphSpec {
  const { minColumns, labelKind, guide } = lossRequirements(loss);
  const columns = labelKind === "margins" || labelKind === "scores" ? 3 : minColumns;
  const labels = labelWidths(loss, columns, DIM)[0];
  return { loss, dim: DIM, columns, labels, guideDim: guide ? GUIDE_DIM : undefined };
}

/** A batch of a task: texts of three tokens each, and the labels and guide's vectors that the loss reads. */
export function batchOf({ loss, columns, labels }: GraphSpec, random: Random, rows = 12): TrainingBatch {
  const { labelKind, guide } = lossRequirements(loss);
  const bags = (): TrainingBatch["columns"][number] => {
    const offsets = Int32Array.from({ length: rows + 1 }, (_, i) => TOKENS * i);
    return { ids: Int32Array.from({ length: TOKENS * rows }, () => random.below(VOCAB)), offsets };
  };
  const label = (_: unknown, i: number): number => {
    if (labelKind === "class") return i % 3;
    if (labelKind === "binary") return i % 2;
    return random.nextFloat();
  };
  const floats = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
  return {
    task: 0,
    columns: Array.from({ length: columns }, bags),
    labels: labels ? Float32Array.from({ length: rows * Number(labels) }, label) : undefined,
    guides: guide ? Array.from({ length: columns }, () => floats(rows * GUIDE_DIM)) : undefined,
  };
}
