import { bertWords } from "../text/mod.ts";
import { byteAlphabet, byteLevelWords } from "./_byte_level.ts";
import { mergePairs, type SymbolWord } from "./_merge_pairs.ts";
import { tokenizerFile } from "./_new_tokenizer.ts";
import { type CountedWord, trainUnigram } from "./_unigram.ts";

/** What a vocabulary may be trained as. */
export type TokenizerKind = "wordPiece" | "bpe" | "unigram";

/** Options of {@linkcode trainTokenizer}. */
export interface TrainTokenizerOptions {
  /**
   * `wordPiece`: words as BERT cuts them, Chinese characters and punctuation single. `bpe`: bytes, so that nothing is
   * unknown, in words as GPT-2 cuts them. `unigram`: words between spaces, normalised by NFKC, as XLM-R cuts them.
   */
  kind: TokenizerKind;
  /** Tokens of the vocabulary at most, special ones included. */
  vocabSize: number;
  /**
   * Whether texts are lower-cased; of `wordPiece` accents are stripped as well.
   *
   * @default true
   */
  lowercase?: boolean;
  /**
   * A word must occur so often to count.
   *
   * @default 2
   */
  atLeast?: number;
  /** Called as the work goes on. */
  onProgress?: (progress: TrainTokenizerProgress) => void;
}

/** How far the training of a tokenizer is. */
export interface TrainTokenizerProgress {
  /** What is counted. */
  stage: "texts" | "tokens" | "pieces";
  /** Texts read, tokens made, or pieces left. */
  done: number;
  /** Tokens that there will be; undefined where that is not known. */
  total: number | undefined;
}

/** What can be trained. */
export const TOKENIZER_KINDS: readonly TokenizerKind[] = ["wordPiece", "bpe", "unigram"];

/** Special tokens in the order of their ids. */
const SPECIAL: Readonly<Record<TokenizerKind, readonly string[]>> = {
  wordPiece: ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
  bpe: [],
  unigram: ["<pad>", "<unk>"],
};
/** Mark of a token that continues a word, in WordPiece. */
const PREFIX = "##";
/** Mark of a word's start, in Unigram. */
const WORD_START = "\u2581";
/** Most of the vocabulary that may be characters: texts in Chinese have thousands that occur once. */
const CHARACTER_SHARE = 1 / 4;
const SMALLEST = 300;

/**
 * Trains a vocabulary on texts. WordPiece and BPE merge the most frequent pair of neighbours again and again; Unigram
 * finds the pieces that make the texts most probable. The same texts give the same file.
 *
 * @param texts gone through once; only distinct words and their counts are kept
 * @param options {@linkcode TrainTokenizerOptions}
 * @returns text of a tokenizer.json
 * @throws {RangeError} if the vocabulary is smaller than 300, or no word occurs often enough
 */
export async function trainTokenizer(
  texts: AsyncIterable<readonly string[]>,
  options: TrainTokenizerOptions,
): Promise<string> {
  const { kind, vocabSize, lowercase = true, atLeast = 2 } = options;
  if (!Number.isInteger(vocabSize) || vocabSize < SMALLEST) {
    throw new RangeError(
      `Cannot train a vocabulary of ${vocabSize} tokens: it is too small; give a whole number from ${SMALLEST} on`,
    );
  }
  const counts = await countWords(texts, options);
  const all = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([word, count]): CountedWord => ({ letters: [...word], count }));
  const words = all.filter(({ count }) => count >= atLeast);
  if (words.length === 0) {
    throw new RangeError(
      `Cannot train a vocabulary: no word occurs ${atLeast} times in the texts; give more texts`,
    );
  }
  const special = SPECIAL[kind];
  // Words that are seen too seldom still tell which characters there are.
  const characters = commonCharacters(all, vocabSize);
  const isCovered = ({ letters }: CountedWord): boolean => letters.every((letter) => characters.has(letter));
  if (kind === "unigram") {
    const pieces = trainUnigram(words.filter(isCovered), {
      pieces: vocabSize - special.length,
      characters,
      onRound: (done) => options.onProgress?.({ stage: "pieces", done, total: undefined }),
    });
    return tokenizerFile({ kind, special, pieces, lowercase });
  }
  const { tokens, merges } = kind === "bpe"
    ? trainBpe(words, options)
    : trainWordPiece(all.filter(isCovered), options);
  return tokenizerFile({ kind, special, tokens: [...special, ...tokens], merges, lowercase });
}

async function countWords(
  texts: AsyncIterable<readonly string[]>,
  { kind, lowercase = true, onProgress }: TrainTokenizerOptions,
): Promise<Map<string, number>> {
  const cut: Record<TokenizerKind, (text: string) => string[]> = {
    wordPiece: (text) => bertWords(text, lowercase),
    bpe: (text) => byteLevelWords(lowercase ? text.toLowerCase() : text),
    unigram: (text) => {
      const normal = (lowercase ? text.toLowerCase() : text).normalize("NFKC");
      return normal.split(/\s+/u).filter((word) => word !== "").map((word) => WORD_START + word);
    },
  };
  const counts = new Map<string, number>();
  let done = 0;
  for await (const some of texts) {
    for (const text of some) {
      for (const word of cut[kind](text.toWellFormed())) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    onProgress?.({ stage: "texts", done: done += some.length, total: undefined });
  }
  return counts;
}

/** The most frequent characters. In WordPiece one may take two places: at a word's start and within. */
function commonCharacters(words: readonly CountedWord[], vocabSize: number): Set<string> {
  const counts = new Map<string, number>();
  for (const { letters, count } of words) {
    for (const letter of letters) counts.set(letter, (counts.get(letter) ?? 0) + count);
  }
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return new Set(sorted.slice(0, Math.floor(CHARACTER_SHARE * vocabSize)).map(([letter]) => letter));
}

interface Trained {
  /** Tokens in the order of their ids. */
  tokens: string[];
  merges: [string, string][];
}

function trainBpe(words: readonly CountedWord[], options: TrainTokenizerOptions): Trained {
  return mergeWords(words.map(({ letters, count }) => ({ parts: letters, count })), byteAlphabet(), {
    ...options,
    joined: (left, right) => left + right,
  });
}

/** The alphabet is that of all words; those that are seen often are learned from. */
function trainWordPiece(all: readonly CountedWord[], options: TrainTokenizerOptions): Trained {
  const words = all.map(({ letters, count }) => {
    return { parts: letters.map((letter, i) => i === 0 ? letter : PREFIX + letter), count };
  });
  const alphabet = [...new Set(words.flatMap(({ parts }) => parts))].sort();
  const { atLeast = 2 } = options;
  return mergeWords(words.filter(({ count }) => count >= atLeast), alphabet, {
    ...options,
    vocabSize: options.vocabSize - SPECIAL.wordPiece.length,
    joined: (left, right) => left + right.slice(PREFIX.length),
  });
}

function mergeWords(
  words: readonly { parts: readonly string[]; count: number }[],
  alphabet: readonly string[],
  { vocabSize, atLeast = 2, joined, onProgress }: TrainTokenizerOptions & {
    joined: (left: string, right: string) => string;
  },
): Trained {
  const tokens = [...alphabet];
  const numbers = new Map(tokens.map((token, number) => [token, number]));
  const symbolWords: SymbolWord[] = words.map(({ parts, count }) => {
    return { symbols: parts.map((part) => numbers.get(part)!), count };
  });
  // Symbols of the alphabet that do not occur take a place in the vocabulary all the same.
  const occurring = new Set(symbolWords.flatMap(({ symbols }) => symbols)).size;
  const merges = mergePairs(symbolWords, {
    symbolCount: vocabSize - (alphabet.length - occurring),
    atLeast,
    join: (left, right) => {
      const token = joined(tokens[left], tokens[right]);
      const known = numbers.get(token);
      if (known !== undefined) return known;
      numbers.set(token, tokens.length);
      return tokens.push(token) - 1;
    },
    onMerge: (done) => onProgress?.({ stage: "tokens", done, total: vocabSize }),
  });
  return { tokens, merges: merges.map(({ left, right }) => [tokens[left], tokens[right]]) };
}
