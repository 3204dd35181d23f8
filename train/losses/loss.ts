import type { Value } from "../../graph/mod.ts";
import type { Embedding } from "./embedding.ts";

/** What a loss is computed from. */
export interface LossInputs {
  /** Embeddings of the text columns, in order: anchor, positive, negatives. */
  columns: readonly Embedding[];
  /** float32 [rows], for losses that need labels. */
  labels?: Value;
}

/** A loss as a graph: from the embeddings of a batch to a scalar. */
export type Loss = (inputs: LossInputs) => Value;

/** What a loss asks of its data. */
export interface LossRequirements {
  /** Smallest number of text columns. */
  minColumns: number;
  /** Largest number of text columns. */
  maxColumns: number;
  /** Whether it needs labels. */
  labels: boolean;
  /** The columns in words, for messages and documentation. */
  columns: string;
}
