import type { Value } from "../../graph/mod.ts";
import type { Embedding } from "./embedding.ts";

/** What a loss is computed from. */
export interface LossInputs {
  /** Embeddings of the text columns, in order: anchor, positive, negatives. */
  columns: readonly Embedding[];
  /** float32 [rows], or [rows, n] where a row has n labels; for losses that need labels. */
  labels?: Value;
  /** Teacher vectors of each text column, for losses that need them; the labels read as embeddings. */
  teachers?: readonly Embedding[];
  /** A guide's embeddings of the text columns, for losses that need a guide. */
  guides?: readonly Embedding[];
  /** The whole batch, where the columns are only some of its rows; the mean is over the rows. @default the columns */
  all?: WholeBatch;
  /** float32 [sizes], the weights of Matryoshka's sizes in this step, where they change from step to step. */
  sizeWeights?: Value;
}

/** The rows that a chunk of a batch competes with. */
export interface WholeBatch {
  /** Embeddings of the text columns. */
  columns: readonly Embedding[];
  /** A guide's embeddings of the text columns. */
  guides?: readonly Embedding[];
  /** int64 scalar: number of the chunk's first row. */
  firstRow: Value;
}

/** A loss as a graph: from the embeddings of a batch to a scalar. */
export type Loss = (inputs: LossInputs) => Value;

/**
 * What the labels of a row mean.
 *
 * - `score`: one finite number; only the order counts, or a scale of the loss's own
 * - `similarity`: one number from -1 to 1
 * - `binary`: 1 for a pair that belongs together, 0 for one that does not
 * - `class`: one whole number, equal for texts of the same class
 * - `margins`: for each negative, the teacher's score of the positive minus that of the negative; or the teacher's
 *   scores of the positive and of every negative
 * - `scores`: the teacher's score of the positive and of every negative
 * - `vector`: the teacher's vector, of the model's dimension; or one for each text column, one after the other
 */
export type LabelKind = "score" | "similarity" | "binary" | "class" | "margins" | "scores" | "vector";

/** What a loss asks of its data. */
export interface LossRequirements {
  /** Smallest number of text columns. */
  minColumns: number;
  /** Largest number of text columns. */
  maxColumns: number;
  /** Whether it needs labels. */
  labels: boolean;
  /** What the labels mean. @default "score" where there are labels */
  labelKind?: LabelKind;
  /** Whether it needs a guide's vectors of every text. @default false */
  guide?: boolean;
  /** The columns in words, for messages and documentation. */
  columns: string;
}
