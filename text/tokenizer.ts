import { parseTokenizerFile } from "./_tokenizer_file.ts";
import { WordPieceTokenizer } from "./_word_piece_tokenizer.ts";
import { wordPieceRules } from "./_word_piece_rules.ts";
import type { TokenBags } from "./token_bags.ts";

/** Text to token ids, as the tokenizer file says, without special tokens, truncation or padding. */
export interface Tokenizer {
  /** 1 + the largest id, added tokens included. */
  readonly vocabSize: number;
  /** The tokenizer.json with truncation, padding and post-processor set to null. */
  readonly json: string;
  /** Id of the token for what the vocabulary does not cover (`[UNK]`); undefined if there is none. */
  readonly unknownId: number | undefined;
  /**
   * All that the kernels need to know to split texts themselves, as `encodeTexts` of `kernels` takes it; undefined for
   * tokenizers that they do not know.
   */
  readonly image?: Uint8Array;
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
   * Whether the kernels split texts where they are proven to give the ids of the Hugging Face tokenizers library, which
   * is 50 times slower and takes a third of a second to start. Without them the library does.
   *
   * @default true
   */
  kernels?: boolean;
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
  const rules = options.kernels === false ? undefined : wordPieceRules(file);
  if (rules !== undefined) return new WordPieceTokenizer(file, rules);
  const normalised = JSON.stringify(file);
  // Loaded only where it is needed: it is large, and it needs Deno or Node.js.
  const { createEngine } = await import("./_engine.ts");
  const { EngineTokenizer } = await import("./_engine_tokenizer.ts");
  const engine = await createEngine(normalised).catch((cause: Error) => {
    const cure = "give the tokenizer.json of a Hugging Face tokenizer";
    throw new SyntaxError(`Cannot load tokenizer ${name}: ${cause.message}; ${cure}`, { cause });
  });
  return new EngineTokenizer(file, normalised, engine);
}
