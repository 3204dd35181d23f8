import type { Tokenizer } from "../text/mod.ts";

/** Options of {@linkcode frequentWords}. */
export interface FrequentWordsOptions {
  /** Most words to give. */
  most: number;
  /**
   * Least number of times that a word must occur.
   *
   * @default 5
   */
  atLeast?: number;
}

/** Letters, marks and digits in a row. */
const WORD = /[\p{L}\p{M}\p{N}]+/gu;

/**
 * The words that occur most often in some texts and are cut into pieces: what a vocabulary gains most by. Spellings that
 * the tokenizer does not tell apart, such as upper and lower case, count as one word.
 *
 * @param texts gone through once
 * @param tokenizer what cuts the words
 * @param options {@linkcode FrequentWordsOptions}
 * @returns the words, most frequent first; of equally frequent ones the one seen first
 */
export async function frequentWords(
  texts: AsyncIterable<readonly string[]>,
  tokenizer: Tokenizer,
  { most, atLeast = 5 }: FrequentWordsOptions,
): Promise<string[]> {
  const counts = new Map<string, number>();
  for await (const some of texts) {
    for (const text of some) {
      for (const [word] of text.matchAll(WORD)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  const byPieces = new Map<string, { word: string; count: number }>();
  for (const [word, count] of counts) {
    const ids = tokenizer.encode(word);
    if (ids.length < 2 || ids.includes(tokenizer.unknownId ?? -1)) continue;
    const key = ids.join();
    const known = byPieces.get(key);
    byPieces.set(key, { word: known?.word ?? word, count: (known?.count ?? 0) + count });
  }
  return [...byPieces.values()].filter(({ count }) => count >= atLeast)
    .sort((a, b) => b.count - a.count).slice(0, most).map(({ word }) => word);
}
