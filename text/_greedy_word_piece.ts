import type { TokenizerFile } from "./_tokenizer_file.ts";

/**
 * WordPiece on one ASCII word: the longest piece of the vocabulary that the word begins with, then the longest
 * continuation, and so on; the unknown token alone if that fails anywhere or the word is too long.
 *
 * Source: Wu et al. 2016, "Google's Neural Machine Translation System", section 4.1, as BERT applies it.
 */
export class GreedyWordPiece {
  /** Use {@linkcode GreedyWordPiece.of}. */
  private constructor(
    private readonly starts: ReadonlyMap<string, number>,
    private readonly continuations: ReadonlyMap<string, number>,
    private readonly rules: { lowercase: boolean; unknownId: number; maxLength: number },
  ) {}

  /** Undefined if the file's model is not a WordPiece that can mark every word it does not know. */
  static of(file: TokenizerFile): GreedyWordPiece | undefined {
    const { vocab, unk_token, continuing_subword_prefix: prefix, max_input_chars_per_word: maxLength } =
      file.model;
    if (Array.isArray(vocab) || !unk_token || !Object.hasOwn(vocab, unk_token)) return undefined;
    if (!prefix || maxLength === undefined) return undefined;
    const starts = new Map<string, number>();
    const continuations = new Map<string, number>();
    for (const token of Object.keys(vocab)) {
      starts.set(token, vocab[token]);
      if (token.startsWith(prefix)) continuations.set(token.slice(prefix.length), vocab[token]);
    }
    const lowercase = file.normalizer?.lowercase === true;
    return new GreedyWordPiece(starts, continuations, { lowercase, unknownId: vocab[unk_token], maxLength });
  }

  /** Ids of a word of ASCII characters. */
  pieces(raw: string): Int32Array {
    const { lowercase, unknownId, maxLength } = this.rules;
    if (raw.length > maxLength) return Int32Array.of(unknownId);
    const word = lowercase ? raw.toLowerCase() : raw;
    const ids: number[] = [];
    let start = 0;
    while (start < word.length) {
      const table = start === 0 ? this.starts : this.continuations;
      let end = word.length;
      let id = table.get(start === 0 ? word : word.slice(start));
      while (id === undefined && --end > start) id = table.get(word.slice(start, end));
      if (id === undefined) return Int32Array.of(unknownId);
      ids.push(id);
      start = end;
    }
    return Int32Array.from(ids);
  }
}
