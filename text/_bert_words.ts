/** The ranges of Chinese characters that BERT sets spaces around. */
const CHINESE =
  /[\u4E00-\u9FFF\u3400-\u4DBF\u{20000}-\u{2A6DF}\u{2A700}-\u{2B81F}\u{2B920}-\u{2CEAF}\uF900-\uFAFF\u{2F800}-\u{2FA1F}]/gu;
/** A punctuation character (all that ASCII counts as such included), or a run of anything but punctuation and space. */
const WORDS = /[!-/:-@[-`{-~\p{P}]|[^\s!-/:-@[-`{-~\p{P}]+/gu;

/**
 * The words of a text as BertNormalizer and BertPreTokenizer make them: control characters dropped, Chinese characters
 * and punctuation single, accents stripped if lower-cased.
 *
 * Source: google-research/bert, tokenization.py, BasicTokenizer.
 */
export function bertWords(text: string, lowercase: boolean): string[] {
  const cleaned = text.toWellFormed().replace(/[^\P{C}\t\n\r]|\uFFFD/gu, "").replace(CHINESE, " $& ");
  return (lowercase ? lowerCased(cleaned) : cleaned).match(WORDS) ?? [];
}

/** Character by character: unlike toLowerCase of a whole text, a final sigma is treated as any other. */
function lowerCased(text: string): string {
  return text.normalize("NFD").replace(/\p{Mn}/gu, "").replace(
    /[^\p{Ll}\P{L}]/gu,
    (letter) => letter.toLowerCase(),
  );
}
