import { stemmer } from "@orama/stemmers/english";

/** Stems seen so far: words repeat, and the library builds its patterns anew for every word. */
const STEMS = new Map<string, string>();

/** Words kept in memory at most: some 10 MB. */
const LARGEST_MEMO = 200_000;

/**
 * The stem of a lower-case English word, by the stemmer of `@orama/stemmers` 3.1.18. That is Porter's algorithm of
 * 1980, Snowball's `porter`; Snowball's `english` (Porter 2) differs on a few endings.
 */
export function stemEnglish(word: string): string {
  let stem = STEMS.get(word);
  if (stem === undefined) {
    if (STEMS.size >= LARGEST_MEMO) STEMS.clear();
    stem = stemmer(word);
    STEMS.set(word, stem);
  }
  return stem;
}
