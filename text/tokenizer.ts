import { createEngine, type Engine } from "./_engine.ts";
import { GrowableIds } from "./_growable_ids.ts";
import { parseTokenizerFile, tokenIds, type TokenizerFile, unknownIdOf } from "./_tokenizer_file.ts";
import type { TokenBags } from "./token_bags.ts";
import { createWordMemo, type WordMemo } from "./word_memo.ts";

/** Text to token ids, as the tokenizer file says, without special tokens, truncation or padding. */
export interface Tokenizer {
  /** 1 + the largest id, added tokens included. */
  readonly vocabSize: number;
  /** The tokenizer.json with truncation, padding and post-processor set to null. */
  readonly json: string;
  /** Id of the token for what the vocabulary does not cover (`[UNK]`); undefined if there is none. */
  readonly unknownId: number | undefined;
  /** Token ids of one text. A lone surrogate counts as U+FFFD. */
  encode(text: string): Int32Array;
  /** Token ids of many texts, in their order. */
  encodeAll(texts: readonly string[]): TokenBags;
  /** Id of a token, undefined if it is not in the vocabulary. */
  idOf(token: string): number | undefined;
  /** Token of an id, undefined if no token has it. */
  tokenOf(id: number): string | undefined;
  /** Frees the memory of the engine; the tokenizer must not be used afterwards. */
  dispose(): void;
}

/** Options of {@linkcode loadTokenizer}. */
export interface LoadTokenizerOptions {
  /**
   * Whether words that were seen before are looked up instead of tokenized again, where that is proven to give the
   * same ids (see {@linkcode WordMemo}).
   *
   * @default true
   */
  memo?: boolean;
}

/**
 * Loads any Hugging Face tokenizer.json: WordPiece, BPE (byte-level or not), Unigram, WordLevel.
 *
 * @param json text or UTF-8 bytes of the file
 * @param name the file's name, used in error messages only
 * @throws {SyntaxError} if the file is not JSON, or the tokenizers library cannot read it
 * @throws {TypeError} if the file is JSON but not a tokenizer
 */
export async function loadTokenizer(
  json: string | Uint8Array,
  name: string,
  options: LoadTokenizerOptions = {},
): Promise<Tokenizer> {
  const file = parseTokenizerFile(json, name);
  const normalised = JSON.stringify(file);
  const engine = await createEngine(normalised).catch((cause: Error) => {
    const cure = "give the tokenizer.json of a Hugging Face tokenizer";
    throw new SyntaxError(`Cannot load tokenizer ${name}: ${cause.message}; ${cure}`, { cause });
  });
  const memo = options.memo === false ? undefined : createWordMemo(file, engine);
  return new EngineTokenizer(file, normalised, engine, memo);
}

class EngineTokenizer implements Tokenizer {
  readonly vocabSize: number;
  readonly unknownId: number | undefined;
  readonly #ids: Map<string, number>;
  readonly #tokens: (string | undefined)[] = [];
  readonly #encodeInto: (text: string, out: GrowableIds) => void;

  constructor(
    file: TokenizerFile,
    readonly json: string,
    private readonly engine: Engine,
    memo: WordMemo | undefined,
  ) {
    this.#ids = tokenIds(file);
    // Not the list's length: that stays behind at the largest id the format allows, 2^32 - 1.
    this.vocabSize = 0;
    for (const [token, id] of this.#ids) {
      this.#tokens[id] = token;
      this.vocabSize = Math.max(this.vocabSize, id + 1);
    }
    this.unknownId = unknownIdOf(file, this.#ids);
    this.#encodeInto = memo
      ? (text, out) => memo.encodeInto(text, out)
      : (text, out) => out.append(engine.encode(text.toWellFormed()));
  }

  encode(text: string): Int32Array {
    const out = new GrowableIds(16);
    this.#encodeInto(text, out);
    return out.copy();
  }

  encodeAll(texts: readonly string[]): TokenBags {
    const offsets = new Int32Array(texts.length + 1);
    const out = new GrowableIds(16 * texts.length + 16);
    for (let i = 0; i < texts.length; i++) {
      this.#encodeInto(texts[i], out);
      offsets[i + 1] = out.length;
    }
    return { ids: out.copy(), offsets };
  }

  idOf(token: string): number | undefined {
    return this.#ids.get(token);
  }

  tokenOf(id: number): string | undefined {
    return this.#tokens[id];
  }

  dispose(): void {
    this.engine.dispose();
  }
}
