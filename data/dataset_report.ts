/** Tokens of one text column of the rows to train on. */
export interface TokenCounts {
  /** Number of tokens. */
  tokens: number;
  /** Mean number of tokens a text. */
  mean: number;
  /** Half of the texts have at most so many tokens. */
  median: number;
  /** 95 in 100 texts have at most so many tokens. */
  p95: number;
  /** 99 in 100 texts have at most so many tokens. */
  p99: number;
  /** Tokens of the longest text. */
  longest: number;
  /**
   * Share of tokens that stand for what the vocabulary does not cover, 0 to 1, among all rows that can be used: repeated
   * and held-out ones included.
   */
  unknownShare: number;
}

/** What became of the rows of a data set. */
export interface DatasetReport {
  /** Rows read. */
  rows: number;
  /** Rows to train on. */
  kept: number;
  /** Rows kept back for evaluation. */
  heldOut: number;
  /** Rows dropped, by reason; only reasons that occurred. */
  dropped: Record<string, number>;
  /** Tokens of every text column, in the order of the columns. */
  columns: TokenCounts[];
}
