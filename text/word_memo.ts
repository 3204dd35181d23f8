import type { Engine } from "./_engine.ts";
import { GreedyWordPiece } from "./_greedy_word_piece.ts";
import type { GrowableIds } from "./_growable_ids.ts";
import type { AddedToken, TokenizerFile } from "./_tokenizer_file.ts";

const OTHER = 0;
const SPACE = 1;
const PUNCTUATION = 2;
const LETTER = 3;

/** Class of every ASCII character. What is neither letter, digit, punctuation nor space is a control character. */
const CLASS_OF = new Uint8Array(128);
for (let code = 0x21; code < 0x7f; code++) {
  CLASS_OF[code] = /[0-9A-Za-z]/.test(String.fromCharCode(code)) ? LETTER : PUNCTUATION;
}
for (const space of " \t\n\r") CLASS_OF[space.charCodeAt(0)] = SPACE;

/** Longer chunks are seldom seen twice; not keeping them bounds the memory of the memo. */
const MAX_LENGTH = 64;
/** At about 100 bytes each, the memo stays under some 50 MB. */
const MAX_ENTRIES = 1 << 19;

/** Options of {@linkcode createWordMemo}. */
export interface WordMemoOptions {
  /**
   * Most chunks kept; when there are more the memo starts afresh.
   *
   * @default 524288
   */
  maxEntries?: number;
}

/**
 * Token ids of chunks of text that were seen before, in front of the engine, for BERT-like WordPiece tokenizers.
 *
 * A text is cut before and after every ASCII punctuation character and at space, tab, line feed and carriage return.
 * Cutting there changes no id, because no step of such a tokenizer looks across the cut:
 *
 * - `BertNormalizer` works character by character (it drops NUL, U+FFFD and control characters, turns white space
 *   into spaces, sets spaces around Chinese characters, lower-cases) but for stripping accents, which decomposes
 *   canonically (NFD) and drops combining marks. NFD reorders marks only between two starters; every ASCII character
 *   is a starter, so nothing moves over a cut. No normalizer at all is trivially safe.
 * - Other white space (and line feeds that are control characters, such as vertical tab) may become a space, vanish or
 *   split a chunk further, but that happens inside the chunk, which the engine gets as a whole.
 * - `BertPreTokenizer` splits at white space and makes every punctuation character a word of its own; ASCII
 *   punctuation survives the normalizer as it is. So every cut lies between two words, and WordPiece, its limit on
 *   characters per word included, sees one word at a time.
 * - Added tokens are looked for in the raw text before all this, leftmost and longest first. {@linkcode createWordMemo}
 *   admits only those that begin with ASCII punctuation, match the raw text and swallow no white space around them;
 *   they are looked for at every punctuation character, in the same order.
 *
 * A chunk of ASCII letters and digits is one word and goes to our own greedy longest-match (the algorithm of WordPiece
 * itself); any other chunk goes to the engine. Both results are kept by the chunk's raw text.
 */
export class WordMemo {
  /** Chunk to its only id, or to -1 - (where its ids lie in the pool). */
  readonly #entries = new Map<string, number>();
  /** Count and ids of the chunks that have not exactly one id. */
  #pool = new Int32Array(1 << 12);
  #poolLength = 0;
  readonly #punctuationIds: Int32Array;
  readonly #added: (readonly [string, number])[][];

  /** Use {@linkcode createWordMemo}, which checks that a memo is safe. */
  constructor(
    private readonly engine: Engine,
    private readonly words: GreedyWordPiece,
    private readonly options: { added: readonly (readonly [string, number])[]; maxEntries: number },
  ) {
    this.#punctuationIds = Int32Array.from(CLASS_OF, (kind, code) => {
      return kind === PUNCTUATION ? words.pieces(String.fromCharCode(code))[0] : -1;
    });
    const longestFirst = [...options.added].sort(([a], [b]) => b.length - a.length);
    this.#added = Array.from(
      CLASS_OF,
      (_, code) => longestFirst.filter(([text]) => text.charCodeAt(0) === code),
    );
  }

  /** Appends the token ids of a text to `out`. */
  encodeInto(text: string, out: GrowableIds): void {
    const length = text.length;
    let i = 0;
    while (i < length) {
      let code = text.charCodeAt(i);
      let kind = code < 128 ? CLASS_OF[code] : OTHER;
      if (kind === SPACE) {
        i++;
      } else if (kind === PUNCTUATION) {
        i += this.#encodePunctuation(text, i, out);
      } else {
        const start = i;
        let isWord = true;
        do {
          if (kind === OTHER) isWord = false;
          if (++i === length) break;
          code = text.charCodeAt(i);
          kind = code < 128 ? CLASS_OF[code] : OTHER;
        } while (kind === LETTER || kind === OTHER);
        this.#encodeChunk(text.slice(start, i), isWord, out);
      }
    }
  }

  /** One punctuation character, or the added token that begins with it; returns the characters used. */
  #encodePunctuation(text: string, at: number, out: GrowableIds): number {
    const code = text.charCodeAt(at);
    for (const [content, id] of this.#added[code]) {
      if (text.startsWith(content, at)) {
        out.push(id);
        return content.length;
      }
    }
    out.push(this.#punctuationIds[code]);
    return 1;
  }

  #encodeChunk(chunk: string, isWord: boolean, out: GrowableIds): void {
    const entry = this.#entries.get(chunk);
    if (entry === undefined) {
      const ids = isWord ? this.words.pieces(chunk) : this.engine.encode(chunk.toWellFormed());
      if (chunk.length <= MAX_LENGTH) this.#keep(chunk, ids);
      out.append(ids);
    } else if (entry >= 0) {
      out.push(entry);
    } else {
      const at = -1 - entry;
      out.append(this.#pool, at + 1, at + 1 + this.#pool[at]);
    }
  }

  #keep(chunk: string, ids: Int32Array): void {
    if (this.#entries.size >= this.options.maxEntries) {
      this.#entries.clear();
      this.#poolLength = 0;
    }
    if (ids.length === 1) {
      this.#entries.set(ownCopy(chunk), ids[0]);
      return;
    }
    const end = this.#poolLength + 1 + ids.length;
    if (end > this.#pool.length) {
      const grown = new Int32Array(2 * end);
      grown.set(this.#pool.subarray(0, this.#poolLength));
      this.#pool = grown;
    }
    this.#pool[this.#poolLength] = ids.length;
    this.#pool.set(ids, this.#poolLength + 1);
    this.#entries.set(ownCopy(chunk), -1 - this.#poolLength);
    this.#poolLength = end;
  }
}

/**
 * A memo for a tokenizer for which one is proven safe (see {@linkcode WordMemo}), else undefined: WordPiece with
 * BertPreTokenizer, BertNormalizer or none, and added tokens that begin with ASCII punctuation and match as they are.
 *
 * @param file the tokenizer
 * @param engine the engine that has loaded the same file
 */
export function createWordMemo(
  file: TokenizerFile,
  engine: Engine,
  options: WordMemoOptions = {},
): WordMemo | undefined {
  const { model, normalizer, pre_tokenizer } = file;
  if (model.type !== "WordPiece" || Array.isArray(model.vocab)) return undefined;
  if (pre_tokenizer?.type !== "BertPreTokenizer") return undefined;
  if (normalizer && (normalizer.type !== "BertNormalizer" || typeof normalizer.lowercase !== "boolean")) {
    return undefined;
  }
  const words = GreedyWordPiece.of(file);
  if (!words || !file.added_tokens.every(isPlain)) return undefined;
  const added: [string, number][] = [];
  for (const { content } of file.added_tokens) {
    const ids = engine.encode(content);
    if (ids.length !== 1) return undefined;
    added.push([content, ids[0]]);
  }
  return new WordMemo(engine, words, { added, maxEntries: options.maxEntries ?? MAX_ENTRIES });
}

/** Whether an added token matches the raw text as it is, and can begin only where a text is cut. */
function isPlain(token: AddedToken): boolean {
  const first = typeof token.content === "string" ? token.content.charCodeAt(0) : NaN;
  const surroundings = token.lstrip || token.rstrip || token.single_word;
  return first < 128 && CLASS_OF[first] === PUNCTUATION && !surroundings && token.normalized === false;
}

/** V8 keeps a slice of 13 characters and more as a reference into the whole text, which would keep that alive. */
function ownCopy(slice: string): string {
  if (slice.length < 13) return slice;
  const codes = Array.from({ length: slice.length }, (_, i) => slice.charCodeAt(i));
  return String.fromCharCode(...codes);
}
