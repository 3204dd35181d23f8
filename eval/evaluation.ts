import type { Arithmetic } from "./arithmetic.ts";
import type { ItemScores } from "./item_scores.ts";
import type { Metrics } from "./score_rankings.ts";

/** Scores at one size. */
export interface EvaluatedSize {
  /** How many columns counted. */
  size: number;
  /** Scores by the names of the field; null where undefined. */
  metrics: Metrics;
  /** What the scores are made of, item by item; only where the metrics come from single items. */
  items?: ItemScores<ArrayLike<number>>;
  /** Every score of every draw, where classifiers were fitted to several draws of examples. */
  draws?: Record<string, number[]>;
}

/** What an evaluator found. */
export interface Evaluation {
  /** Scores at every size, ascending. */
  sizes: EvaluatedSize[];
  /** What a reader of the scores should know. */
  notes: string[];
}

/** Options that every evaluator takes. */
export interface EvaluatorOptions {
  /**
   * Sizes to score: how many of the first columns count.
   * @default the full size
   */
  truncate?: readonly number[];
  /**
   * Where the products of vectors are computed.
   * @default PLAIN_ARITHMETIC
   */
  arithmetic?: Arithmetic;
}
