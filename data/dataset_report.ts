import type { TokenBags } from "../text/mod.ts";

/** Tokens of one text column of the rows to train on. */
export interface TokenCounts {
  /** Number of tokens. */
  tokens: number;
  /** Mean number of tokens a text. */
  mean: number;
  /** Tokens of the longest text. */
  longest: number;
  /** Share of tokens that stand for what the vocabulary does not cover, 0 to 1. */
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

/**
 * Counts the tokens of a column.
 *
 * @param bags the column
 * @param unknownId id of the unknown token, if there is one
 */
export function countTokens({ ids, offsets }: TokenBags, unknownId: number | undefined): TokenCounts {
  const texts = offsets.length - 1;
  let longest = 0;
  for (let i = 0; i < texts; i++) longest = Math.max(longest, offsets[i + 1] - offsets[i]);
  let unknown = 0;
  if (unknownId !== undefined) {
    for (let i = 0; i < ids.length; i++) if (ids[i] === unknownId) unknown++;
  }
  const shareOf = (part: number, whole: number): number => whole === 0 ? 0 : part / whole;
  return {
    tokens: ids.length,
    mean: shareOf(ids.length, texts),
    longest,
    unknownShare: shareOf(unknown, ids.length),
  };
}
