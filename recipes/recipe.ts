import type { EvaluationSpec } from "../eval/mod.ts";
import type { LossRecipe } from "./losses.ts";

/** A vocabulary built from the recipe's own training texts. */
export interface TokenizerBuild {
  /** How words are cut. */
  build: "wordPiece";
  /** Entries of the vocabulary at most, 1,000 or more. */
  vocabSize: number;
}

/** The table that is trained. */
export interface ModelRecipe {
  /** Dimensions of a vector, 1 to 16,384. */
  dim: number;
  /**
   * Start of the table: values of normal(0, 1), or a saved model (a folder or `hf://models/OWNER/NAME`).
   * @default "normal"
   */
  init?: "normal" | { from: string };
  /**
   * Whether the saved model scales its vectors to length 1.
   * @default false
   */
  normalize?: boolean;
}

/** One training set. */
export interface DatasetRecipe {
  /** A file, a glob, or `hf://datasets/OWNER/NAME`; a relative path starts at the current folder. */
  source: string;
  /**
   * Configuration on the hub; null takes the default one.
   * @default null
   */
  config?: string | null;
  /**
   * Split to train on.
   * @default "train"
   */
  split?: string;
  /**
   * Columns in the order the loss reads them (anchor, positive, negatives); null takes them as they stand.
   * @default null
   */
  columns?: string[] | null;
  /**
   * The first so many rows only; null takes all.
   * @default null
   */
  take?: number | null;
  /**
   * Rows kept from training for evaluation: so many drawn at random by the seed, or a split of its own.
   * @default 0
   */
  heldOut?: number | { split: string };
  /**
   * What becomes of a row whose texts are all those of an earlier row.
   * @default "drop"
   */
  duplicates?: "drop" | "keep";
}

/** AdamW over the whole table (Loshchilov and Hutter, 2019). */
export interface AdamWRecipe {
  /** Which optimizer this is. */
  kind: "adamw";
  /**
   * Decay of the running mean and of the running square, 0 to below 1.
   * @default [0.9, 0.999]
   */
  betas?: [number, number];
  /**
   * Added to the root of the running square, above 0.
   * @default 1e-8
   */
  epsilon?: number;
  /**
   * Share of a weight taken away each step, times the rate; 0 or more.
   * @default 0
   */
  weightDecay?: number;
}

/** How the table is trained. */
export interface TrainingRecipe {
  /** Rate at its highest, above 0; 0.2 works from random values, 0.05 from trained ones. */
  learningRate: number;
  /**
   * Passes over the data, 1 or more.
   * @default 1
   */
  epochs?: number;
  /**
   * Stop after so many steps; null runs all epochs.
   * @default null
   */
  maxSteps?: number | null;
  /**
   * Rows a step, 2 or more.
   * @default 2048
   */
  batchSize?: number;
  /**
   * Share of the steps in which the rate rises from 0, 0 to 1; null where `warmupSteps` says it.
   * @default 0.1
   */
  warmupRatio?: number | null;
  /**
   * Steps in which the rate rises from 0; null where `warmupRatio` says it.
   * @default null
   */
  warmupSteps?: number | null;
  /**
   * The rate after warm-up: falling in a line to 0, or constant.
   * @default "linear"
   */
  schedule?: "linear" | "constant";
  /**
   * How gradients move the weights.
   * @default { kind: "adamw" }
   */
  optimizer?: AdamWRecipe;
  /**
   * Gradients longer than this (global L2 norm) are scaled down to it; null leaves them.
   * @default 1
   */
  maxGradNorm?: number | null;
  /**
   * Whether a text may occur twice in a batch: `noDuplicates` defers such rows, `batch` lets them be.
   * @default "noDuplicates"
   */
  batchSampler?: "noDuplicates" | "batch";
  /**
   * Which data set gives the next batch: drawn in proportion to what is left, or in turn until one is used
   * up.
   * @default "proportional"
   */
  mixing?: "proportional" | "roundRobin";
  /**
   * Evaluate every so many steps; null evaluates at the end only.
   * @default null
   */
  evalSteps?: number | null;
  /**
   * Save a checkpoint every so many steps; null saves at the end only.
   * @default null
   */
  saveSteps?: number | null;
  /**
   * Checkpoints kept, the newest first; null keeps all.
   * @default null
   */
  saveTotalLimit?: number | null;
  /**
   * Log loss, rate and norm every so many steps.
   * @default 10
   */
  logSteps?: number;
}

/** A recipe as one writes it: plain, serialisable data. */
export interface Recipe {
  /** Names the run's folder: lower-case letters, digits, dots and dashes. */
  name: string;
  /**
   * Every random choice follows from it, 0 to 4,294,967,295.
   * @default 12
   */
  seed?: number;
  /** A tokenizer.json (file, folder or `hf://models/OWNER/NAME`), or a vocabulary to build. */
  tokenizer: string | TokenizerBuild;
  /** The table that is trained. */
  model: ModelRecipe;
  /** Training sets by name, at least one. */
  datasets: Record<string, DatasetRecipe>;
  /** What a step minimises. */
  loss: LossRecipe;
  /** How it is minimised. */
  training: TrainingRecipe;
  /**
   * What scores the model.
   * @default []
   */
  evaluation?: EvaluationSpec[];
}

/** `T` with every optional field present, at every depth. */
export type Filled<T> = T extends object ? { [K in keyof T]-?: Filled<Exclude<T[K], undefined>> } : T;

/** A recipe with every default filled in; it is a {@linkcode Recipe} too. */
export type ResolvedRecipe = Filled<Recipe>;
