import type { Tokenizer } from "../text/mod.ts";
import { type TokenizerJson } from "./_tokenizer_json.ts";

/** Options of {@linkcode mostUsedTokens}. */
export interface MostUsedTokensOptions {
  /** How often each token occurs, by its id. */
  counts: ArrayLike<number>;
  /** How many tokens to keep. */
  vocabSize: number;
}

/** Marks of a word's start or continuation. */
const MARKS = /^(?:##|\u2581|\u0120)/;

/**
 * Which tokens {@linkcode pruneTokenizer} should keep: the added ones, all single characters, without which words would
 * become unknown, and the most frequent of the others.
 *
 * @param tokenizer the tokenizer that the counts belong to
 * @param options {@linkcode MostUsedTokensOptions}
 * @throws {RangeError} if the added tokens and single characters alone are more
 */
export function mostUsedTokens(
  tokenizer: Tokenizer,
  { counts, vocabSize }: MostUsedTokensOptions,
): (token: string, id: number) => boolean {
  const { added_tokens } = JSON.parse(tokenizer.json) as TokenizerJson;
  const kept = new Set(added_tokens.map(({ id }) => id));
  const others: number[] = [];
  for (let id = 0; id < tokenizer.vocabSize; id++) {
    const token = tokenizer.tokenOf(id);
    if (token === undefined) continue;
    if ([...token.replace(MARKS, "")].length <= 1 || /^<0x[0-9A-F]{2}>$/.test(token)) kept.add(id);
    else if (!kept.has(id)) others.push(id);
  }
  if (kept.size > vocabSize) {
    throw new RangeError(
      `Cannot keep ${vocabSize} tokens: ${kept.size} are single characters or special; keep ${kept.size} or more`,
    );
  }
  others.sort((a, b) => counts[b] - counts[a] || a - b);
  for (const id of others.slice(0, vocabSize - kept.size)) kept.add(id);
  return (_, id) => kept.has(id);
}
