import { stemEnglish } from "./_stem_english.ts";

/** The 33 English stop words of Lucene's classic analyzer. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  ("a an and are as at be but by for if in into is it no not of on or such that the their then there these they " +
    "this to was will with").split(" "),
);

/** Python's `\b\w\w+\b`: runs of at least two letters, digits or underscores. */
const WORDS = /[\p{L}\p{N}_]{2,}/gu;

/** The search terms of a text as bm25s has them: lower case, words of two characters up, no stop words, stemmed. */
export function searchTerms(text: string): string[] {
  const terms: string[] = [];
  for (const [word] of text.toLowerCase().matchAll(WORDS)) {
    if (!STOP_WORDS.has(word)) terms.push(stemEnglish(word));
  }
  return terms;
}
