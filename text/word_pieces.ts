import { bertWords } from "./_bert_words.ts";

/** Options of {@linkcode buildWordPieceTokenizer}. */
export interface BuildWordPieceOptions {
  /** Most entries of the vocabulary, the five special tokens included; at least 16. */
  vocabSize: number;
  /**
   * Whether texts are lower-cased and accents stripped.
   *
   * @default true
   */
  lowercase?: boolean;
}

/** Special tokens, as BERT's files have them; their places are their ids. */
const SPECIAL_TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const PREFIX = "##";
/** Share of the vocabulary, characters aside, that whole words may take; the rest is for parts of rarer words. */
const WORD_SHARE = 0.85;
/** Longest piece of a rare word, in characters, that becomes an entry. */
const LONGEST_PIECE = 8;
/** `createImageBitmap` or `HTMLElement`, but not `However` or `URL`. */
const IDENTIFIER = /^(?=.*[a-z])(?=.+[A-Z])[A-Za-z][A-Za-z0-9]*$/;
/** HTML, Element; to, Data, URL; get, Uint, 16. */
const CAMEL_PARTS = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g;

type Counts = Map<string, number>;

/**
 * Makes a BERT-like tokenizer.json (BertNormalizer, BertPreTokenizer, WordPiece) for some texts, by counting alone: the
 * special tokens; every character seen, as start and as `##` continuation of a word; the most frequent words, where an
 * identifier in camel case counts as its parts (`create`, `##image`, `##bitmap`); and, for the words left over, the
 * pieces that save most tokens. Ties go by code units: the same texts give the same file.
 *
 * This is a quick vocabulary for a small corpus. It is not trained: no likelihood or merge decides about a piece.
 *
 * @param texts gone through once
 * @returns text of a tokenizer.json
 * @throws {RangeError} if the vocabulary is not a whole number from 16 on
 */
export function buildWordPieceTokenizer(texts: Iterable<string>, options: BuildWordPieceOptions): string {
  const { vocabSize, lowercase = true } = options;
  if (!Number.isInteger(vocabSize) || vocabSize < 16) {
    throw new RangeError(
      `Cannot build a vocabulary of ${vocabSize} entries: it is too small; give a whole number from 16 on`,
    );
  }
  const { words, parts, characters } = countWords(texts, lowercase);
  const vocabulary = new Set(SPECIAL_TOKENS);
  addMostFrequent(vocabulary, characters, vocabSize);
  const wordRoom = vocabulary.size + Math.floor(WORD_SHARE * (vocabSize - vocabulary.size));
  const wordsAndParts = new Map(parts);
  for (const [word, count] of words) wordsAndParts.set(word, count + (parts.get(word) ?? 0));
  // What was seen only once is left to its pieces, unless there is room for everything.
  addMostFrequent(vocabulary, new Map([...wordsAndParts].filter(([, count]) => count > 1)), wordRoom);
  addMostFrequent(vocabulary, savings(wordsAndParts, vocabulary), vocabSize);
  addMostFrequent(vocabulary, wordsAndParts, vocabSize);
  return tokenizerJson([...vocabulary], lowercase);
}

/** Words that are no identifiers; first and, with their prefix, further parts of identifiers; characters in words. */
function countWords(
  texts: Iterable<string>,
  lowercase: boolean,
): { words: Counts; parts: Counts; characters: Counts } {
  const words: Counts = new Map();
  const parts: Counts = new Map();
  const characters: Counts = new Map();
  const fold = (word: string): string => lowercase ? word.toLowerCase() : word;
  for (const text of texts) {
    for (const word of bertWords(text, false)) {
      if (!IDENTIFIER.test(word)) continue;
      word.match(CAMEL_PARTS)!.forEach((part, i) => count(parts, i === 0 ? fold(part) : PREFIX + fold(part)));
      // The whole identifier is counted below as if it were a word; that is taken back here.
      count(words, fold(word), -1);
    }
    for (const word of bertWords(text, lowercase)) count(words, word);
  }
  const whole = new Map([...words].filter(([, times]) => times > 0));
  for (const word of words.keys()) {
    const times = Math.max(1, words.get(word)!);
    const letters = [...word];
    for (const letter of letters) {
      count(characters, letter, times);
      // Punctuation and Chinese characters are words of their own and never continue one.
      if (letters.length > 1) count(characters, PREFIX + letter, times);
    }
  }
  return { words: whole, parts, characters };
}

/**
 * Pieces of the words and parts that are not in the vocabulary, by the number of single characters they replace. Only
 * pieces that at least two of them have: others would learn nothing that a word of its own does not.
 */
function savings(wordsAndParts: Counts, vocabulary: ReadonlySet<string>): Counts {
  const saved: Counts = new Map();
  const owners: Counts = new Map();
  for (const [entry, times] of wordsAndParts) {
    if (vocabulary.has(entry)) continue;
    const isPart = entry.startsWith(PREFIX);
    const letters = [...(isPart ? entry.slice(PREFIX.length) : entry)];
    for (let start = 0; start < letters.length - 1; start++) {
      const longest = Math.min(LONGEST_PIECE, letters.length - start);
      for (let length = 2; length <= longest; length++) {
        const piece = letters.slice(start, start + length).join("");
        const key = start > 0 || isPart ? PREFIX + piece : piece;
        count(saved, key, times * (length - 1));
        count(owners, key);
      }
    }
  }
  return new Map([...saved].filter(([piece]) => owners.get(piece)! > 1));
}

function count(counts: Counts, key: string, times = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + times);
}

/** Adds the most frequent entries until the vocabulary has `room` entries. */
function addMostFrequent(vocabulary: Set<string>, counts: Counts, room: number): void {
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  for (const [entry] of sorted) {
    if (vocabulary.size >= room) return;
    vocabulary.add(entry);
  }
}

function tokenizerJson(vocabulary: readonly string[], lowercase: boolean): string {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return JSON.stringify({
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: SPECIAL_TOKENS.map((content, id) => ({ id, content, ...flags })),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: null,
    decoder: { type: "WordPiece", prefix: PREFIX, cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: PREFIX,
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
    },
  });
}
