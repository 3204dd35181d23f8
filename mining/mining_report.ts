import type { MinedAnchor } from "./mined_anchor.ts";
import type { Choice, ScoreLimit } from "./mining_options.ts";

/** Some scores in numbers; all null if there is none. */
export interface ScoreSummary {
  /** How many. */
  count: number;
  /** Their mean. */
  mean: number | null;
  /** Their standard deviation. */
  deviation: number | null;
  /** The lowest. */
  lowest: number | null;
  /** The highest. */
  highest: number | null;
}

/** What was mined, in numbers. */
export interface MiningReport {
  /** Different pairs. */
  pairs: number;
  /** Different anchors. */
  anchors: number;
  /** Different documents. */
  documents: number;
  /** Negatives found, over all anchors. */
  negatives: number;
  /** How many anchors got 0, 1, 2, ... negatives. */
  anchorsByNegatives: number[];
  /** Candidates that each limit has taken away. */
  dropped: Record<ScoreLimit, number>;
  /** The options, with their defaults. */
  choice: Choice;
  /** Scores of anchors with their positives. */
  positiveScores: ScoreSummary;
  /** Scores of anchors with their negatives. */
  negativeScores: ScoreSummary;
  /** Up to ten anchors, spread over the data evenly. */
  examples: MinedAnchor[];
}
