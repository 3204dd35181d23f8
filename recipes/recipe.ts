import type { CurriculumRecipe } from "./curriculum_recipe.ts";
import type { Pooling } from "../distill/mod.ts";
import type { EvaluationSpec } from "../eval/mod.ts";
import type { LossRecipe } from "./losses.ts";

/** A vocabulary built from the recipe's own training texts. */
export interface TokenizerBuild {
  /** How words are cut. */
  build: "wordPiece";
  /** Entries of the vocabulary at most, 1,000 or more. */
  vocabSize: number;
}

/** A table that begins as a saved model's. */
export interface SavedInit {
  /** The model's folder, or `hf://models/OWNER/NAME`. */
  from: string;
  /**
   * Whether tokens also match by other spellings (`##ing`, `ing`), and those without a match begin as the mean of the
   * rows that the saved model's tokenizer cuts their text into, instead of being drawn.
   * @default false
   */
  carry?: boolean;
}

/** A table that begins as a transformer's vectors of single tokens, by Model2Vec's method. */
export interface DistilledInit {
  /** The transformer's folder, or `hf://models/OWNER/NAME`. */
  distill: string;
  /**
   * How a token and the special tokens around it become one vector.
   * @default "mean"
   */
  pooling?: Pooling;
  /**
   * Whether the axes of largest variance are kept, as many as the recipe has dimensions; without, the transformer must
   * have as many.
   * @default true
   */
  pca?: boolean;
  /**
   * Rows weigh A / (A + their token's frequency by its rank); null weighs all alike.
   * @default 1e-4
   */
  sifCoefficient?: number | null;
}

/** A table of drawn values whose rows weigh less, the more frequent their tokens are in the training texts. */
export interface WeightedDrawInit {
  /** Distribution of the values: mean 0 and variance 1 before the weights. */
  draw: "normal";
  /**
   * Rows weigh A / (A + their token's share of all tokens).
   * @default 1e-3
   */
  sifCoefficient?: number;
}

/** The table that is trained. */
export interface ModelRecipe {
  /** Dimensions of a vector, 1 to 16,384. */
  dim: number;
  /**
   * Start of the table: values of normal(0, 1), also with rows weighted by how rare their tokens are; a saved model (a
   * folder or `hf://models/OWNER/NAME`), whose rows are matched by their tokens' text; a transformer's vectors of single
   * tokens; or the best of several draws after so many steps.
   * @default "normal"
   */
  init?: "normal" | WeightedDrawInit | SavedInit | DistilledInit | { seeds: number; steps: number };
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
   * Branch, tag or commit on the hub; null takes the main branch as it is now.
   * @default null
   */
  revision?: string | null;
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
  /**
   * Factor of its share of the batches in weighted mixing, above 0.
   * @default 1
   */
  weight?: number;
  /**
   * The loss of this data set; null takes the recipe's.
   * @default null
   */
  loss?: LossRecipe | null;
}

/** What the optimizers of the Adam family share. */
export interface AdamOptions {
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
}

/** AdamW over the whole table (Loshchilov and Hutter, 2019). */
export interface AdamWRecipe extends AdamOptions {
  /** Which optimizer this is. */
  kind: "adamw";
  /**
   * Share of a weight taken away each step, times the rate; 0 or more.
   * @default 0
   */
  weightDecay?: number;
}

/** AdamW over the whole table at the cost of the rows in use: what a row missed is made up when it is used again. */
export interface CaughtUpAdamWRecipe extends AdamOptions {
  /** Which optimizer this is. */
  kind: "caughtUpAdamw";
  /**
   * Share of a weight taken away each step, times the rate; 0 or more.
   * @default 0
   */
  weightDecay?: number;
  /**
   * Steps at the start that update every row.
   * @default 100
   */
  denseSteps?: number;
}

/** Adam on the rows that have a gradient; the others stay as they are. */
export interface SparseAdamRecipe extends AdamOptions {
  /** Which optimizer this is. */
  kind: "sparseAdam";
}

/** Gradient descent with momentum over the whole table. */
export interface SgdRecipe {
  /** Which optimizer this is. */
  kind: "sgd";
  /**
   * Share of the last step that is repeated, 0 to below 1.
   * @default 0.9
   */
  momentum?: number;
  /**
   * Share of a weight added to its gradient; 0 or more.
   * @default 0
   */
  weightDecay?: number;
}

/** Adagrad with one accumulator a row, on the rows that have a gradient. */
export interface RowwiseAdagradRecipe {
  /** Which optimizer this is. */
  kind: "rowwiseAdagrad";
  /**
   * Added to the root of the accumulator, above 0.
   * @default 1e-8
   */
  epsilon?: number;
}

/** Any optimizer a recipe may name. */
export type OptimizerRecipe =
  | AdamWRecipe
  | CaughtUpAdamWRecipe
  | SparseAdamRecipe
  | SgdRecipe
  | RowwiseAdagradRecipe;

/** Data sets occur by weight and size: the share of each is weight x rows^(1 / temperature). */
export interface WeightedMixingRecipe {
  /** Which mixing this is. */
  kind: "weighted";
  /**
   * Above 0. With 1 data sets occur by their size, the higher the more alike.
   * @default 1
   */
  temperature?: number;
}

/** Which evaluation is the best, and for how long a better one is waited for. */
export interface BestModelRecipe {
  /** A score by its name in `metrics.jsonl`, such as `NanoBEIR_mean_cosine_ndcg@10`; the higher the better. */
  metric: string;
  /**
   * Size it is taken at; null takes the largest.
   * @default null
   */
  size?: number | null;
  /**
   * End after so many evaluations in a row that are not better; null goes on to the end.
   * @default null
   */
  patience?: number | null;
  /**
   * How much better counts as better, 0 or more.
   * @default 0
   */
  minDelta?: number;
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
   * Stop after so many steps; 0 saves the initial table as it is, null runs all epochs.
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
   * The rate after warm-up: a line or half a cosine to 0, constant, or constant with a line to 0 at the end.
   * @default "linear"
   */
  schedule?: "linear" | "constant" | "cosine" | "warmupStableDecay";
  /**
   * Share of the steps at the end in which `warmupStableDecay` falls to 0, 0 to 1.
   * @default 0.1
   */
  decayRatio?: number;
  /**
   * How gradients move the weights.
   * @default { kind: "adamw" }
   */
  optimizer?: OptimizerRecipe;
  /**
   * Gradients longer than this (global L2 norm) are scaled down to it; null leaves them.
   * @default 1
   */
  maxGradNorm?: number | null;
  /**
   * Batches whose mean gradient makes a step, 1 or more.
   * @default 1
   */
  accumulationSteps?: number;
  /**
   * Rows of frequent tokens learn slower: their rate times (count / mean count)^-power, 0.1 to 10; 0 treats all alike.
   * @default 0
   */
  frequencyPower?: number;
  /**
   * Type in which the products of embeddings are computed on a device, from and to float32.
   * @default "float32"
   */
  precision?: "float32" | "float16" | "bfloat16";
  /**
   * Whether a text may occur twice in a batch: `noDuplicates` defers such rows, `batch` lets them be.
   * @default "noDuplicates"
   */
  batchSampler?: "noDuplicates" | "batch";
  /**
   * Which data set gives the next batch: all in proportion to their sizes; in turn until one is used up; or by weight and
   * size.
   * @default "proportional"
   */
  mixing?: "proportional" | "roundRobin" | WeightedMixingRecipe;
  /**
   * In which order rows come in by their difficulty; null draws from all rows from the beginning.
   * @default null
   */
  curriculum?: CurriculumRecipe | null;
  /**
   * Evaluate every so many steps; null evaluates at the end only.
   * @default null
   */
  evalSteps?: number | null;
  /**
   * Keep the model of the best evaluation, and end early when none gets better; null keeps the last.
   * @default null
   */
  bestModel?: BestModelRecipe | null;
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
