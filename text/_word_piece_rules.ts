import type { AddedToken, TokenizerFile } from "./_tokenizer_file.ts";
import type { BertSteps } from "./_bert_atoms.ts";

/** A tokenizer of BERT's kind, checked. */
export interface WordPieceRules {
  /** What the normalizer does. */
  steps: BertSteps;
  /** Token to id; tokens are well-formed and without NUL, ids below 2^21. */
  vocab: Readonly<Record<string, number>>;
  /** 1 + the largest id. */
  vocabSize: number;
  /** What the tokens begin with that continue a word; not empty. */
  prefix: string;
  /** Id of a word that the vocabulary does not cover. */
  unknownId: number;
  /** Most characters of a word that is looked up. */
  longestWord: number;
  /** Text and id of the added tokens; they are found in the raw text, and each begins with ASCII punctuation. */
  added: readonly (readonly [content: string, id: number])[];
}

/** Ids that an atom has room for; see `kernels/assembly/word_pieces.ts`. */
const MOST_IDS = 1 << 21;
/** Longest word that a kernel gathers. */
const LONGEST_WORD = 1000;

const PUNCTUATION = /^[!-/:-@[-`{-~]/;

/**
 * What the kernels need to know of a tokenizer file, or undefined if they might not give the ids of the Hugging Face
 * tokenizers library: they do for WordPiece with BertPreTokenizer, with BertNormalizer or none, and with added tokens
 * of the vocabulary that begin with ASCII punctuation and match the raw text as they are.
 *
 * - Up to the pre-tokenizer, each code point's fate is its own, whatever its neighbours: `BertNormalizer` drops,
 *   replaces, isolates and lower-cases characters one by one, and `BertPreTokenizer` splits at white space and isolates
 *   punctuation. One step is an exception: stripping accents decomposes canonically, which sorts combining marks
 *   between two starters by their class. The kernels do that, too.
 * - What each code point becomes was asked of the library itself, for all of them (`_probe_characters.ts`).
 * - WordPiece sees one word at a time.
 * - Added tokens are looked for in the raw text before all this, leftmost and longest first. Since they begin with
 *   ASCII punctuation, which is always a word of its own, the kernels look for them only there.
 */
export function wordPieceRules(file: TokenizerFile): WordPieceRules | undefined {
  const { model, pre_tokenizer } = file;
  const { vocab, unk_token, continuing_subword_prefix: prefix, max_input_chars_per_word: longestWord } =
    model;
  const steps = bertSteps(file);
  if (model.type !== "WordPiece" || Array.isArray(vocab) || steps === undefined) return undefined;
  if (pre_tokenizer?.type !== "BertPreTokenizer" || typeof prefix !== "string" || prefix === "") {
    return undefined;
  }
  if (typeof unk_token !== "string" || !Object.hasOwn(vocab, unk_token)) return undefined;
  if (!isWholeNumber(longestWord, LONGEST_WORD) || longestWord === 0) return undefined;
  const ids = Object.values(vocab);
  if (!ids.every((id) => isWholeNumber(id, MOST_IDS - 1))) return undefined;
  if (!isPlainText(Object.keys(vocab).join("\n"))) return undefined;
  if (!file.added_tokens.every((token) => isPlain(token) && Object.hasOwn(vocab, token.content))) {
    return undefined;
  }
  const added = file.added_tokens.map(({ content }) => [content, vocab[content]] as const);
  const vocabSize = 1 + ids.reduce((largest, id) => Math.max(largest, id), 0);
  return { steps, vocab, vocabSize, prefix, unknownId: vocab[unk_token], longestWord, added };
}

/** The steps of a file's normalizer, undefined if it is another one. */
function bertSteps({ normalizer }: TokenizerFile): BertSteps | undefined {
  if (normalizer === null) {
    return { cleanText: false, handleChineseChars: false, stripAccents: false, lowercase: false };
  }
  const { type, clean_text: cleanText, handle_chinese_chars: handleChineseChars, lowercase } = normalizer;
  const stripAccents = normalizer.strip_accents ?? lowercase;
  if (type !== "BertNormalizer" || typeof cleanText !== "boolean" || typeof lowercase !== "boolean") {
    return undefined;
  }
  if (typeof handleChineseChars !== "boolean" || typeof stripAccents !== "boolean") return undefined;
  return { cleanText, handleChineseChars, stripAccents, lowercase };
}

function isWholeNumber(value: unknown, most: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most;
}

/** Whether a text is the same in UTF-8 and needs no zero byte. */
function isPlainText(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

/** Whether an added token matches the raw text as it is, and can begin only where a word ends. */
function isPlain({ content, lstrip, rstrip, single_word, normalized, special }: AddedToken): boolean {
  if (typeof content !== "string" || !PUNCTUATION.test(content) || !isPlainText(content)) return false;
  return [lstrip, rstrip, single_word, normalized].every((flag) => flag === false) &&
    typeof special === "boolean";
}
