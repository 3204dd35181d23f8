/** A text and how it was scored for an anchor. */
export interface ScoredText {
  /** The text. */
  text: string;
  /** Its score. */
  score: number;
}

/** An anchor with what was mined for it. */
export interface MinedAnchor {
  /** The text. */
  anchor: string;
  /** Its positives, in the order of the data. */
  positives: ScoredText[];
  /** Its negatives, the hardest first; fewer than asked for if there are no more. */
  negatives: ScoredText[];
}
