import type { TokenizerKind } from "./train_tokenizer.ts";

/** What a new tokenizer.json is made of. */
export interface NewTokenizer {
  /** What it is. */
  kind: TokenizerKind;
  /** Special tokens in the order of their ids, from 0. */
  special: readonly string[];
  /** WordPiece and BPE: all tokens in the order of their ids. */
  tokens?: readonly string[];
  /** BPE: merges in their order. */
  merges?: readonly [string, string][];
  /** Unigram: pieces and the logarithms of their probabilities. */
  pieces?: readonly [string, number][];
  /** Whether texts are lower-cased. */
  lowercase: boolean;
}

/** Pieces that no text has: as improbable as this. */
const NEVER = -100;

/** Writes a tokenizer.json whose steps are those that its vocabulary was trained with. */
export function tokenizerFile(parts: NewTokenizer): string {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return JSON.stringify({
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: parts.special.map((content, id) => ({ id, content, ...flags })),
    ...STEPS[parts.kind](parts),
  });
}

const STEPS: Readonly<Record<TokenizerKind, (parts: NewTokenizer) => Record<string, unknown>>> = {
  wordPiece: ({ tokens = [], lowercase }) => ({
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: null,
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: ids(tokens),
    },
  }),
  bpe: ({ tokens = [], merges = [], lowercase }) => ({
    normalizer: lowercase ? { type: "Lowercase" } : null,
    pre_tokenizer: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: ids(tokens),
      merges: merges.map((pair) => pair.join(" ")),
    },
  }),
  unigram: ({ special, pieces = [], lowercase }) => ({
    normalizer: {
      type: "Sequence",
      normalizers: [...lowercase ? [{ type: "Lowercase" }] : [], { type: "NFKC" }],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "WhitespaceSplit" },
        { type: "Metaspace", replacement: "\u2581", add_prefix_space: true, prepend_scheme: "always" },
      ],
    },
    post_processor: null,
    decoder: { type: "Metaspace", replacement: "\u2581", add_prefix_space: true, prepend_scheme: "always" },
    model: {
      type: "Unigram",
      unk_id: special.indexOf("<unk>"),
      byte_fallback: false,
      vocab: [...special.map((token) => [token, NEVER]), ...pieces],
    },
  }),
};

function ids(tokens: readonly string[]): Record<string, number> {
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}
