/** A tokenizer.json, as far as vocabularies are changed in it. Fields that are not named here stay as they are. */
export interface TokenizerJson {
  added_tokens: AddedToken[];
  model: TokenizerModel;
}

/** An entry of `added_tokens`. */
export interface AddedToken {
  id: number;
  content: string;
  special?: boolean;
}

/** The field `model`. */
export interface TokenizerModel {
  type: "WordPiece" | "BPE" | "Unigram" | "WordLevel";
  /** Token to id; Unigram: token and score, the place is the id. */
  vocab: Record<string, number> | [string, number][];
  /** BPE: `"a b"` or `["a", "b"]`, in the order in which they are tried. */
  merges?: (string | [string, string])[];
  unk_token?: string | null;
  /** Unigram. */
  unk_id?: number | null;
  /** WordPiece. */
  continuing_subword_prefix?: string;
}

/** A token and its place in the vocabulary. */
export interface TokenEntry {
  token: string;
  id: number;
}

/** Every token in the order of its id, added ones included. */
export function tokenEntries({ model: { vocab }, added_tokens }: TokenizerJson): TokenEntry[] {
  const entries = new Map<number, string>(added_tokens.map(({ id, content }) => [id, content]));
  if (Array.isArray(vocab)) vocab.forEach(([token], id) => entries.set(id, token));
  else for (const token of Object.keys(vocab)) entries.set(vocab[token], token);
  return [...entries].map(([id, token]) => ({ token, id })).sort((a, b) => a.id - b.id);
}

/** The two parts of a merge. */
export function mergeParts(merge: string | [string, string]): [string, string] {
  if (typeof merge !== "string") return merge;
  const space = merge.indexOf(" ", 1);
  return [merge.slice(0, space), merge.slice(space + 1)];
}

/** The token for what the vocabulary does not cover, if there is one. */
export function unknownToken({ model }: TokenizerJson): string | undefined {
  if (Array.isArray(model.vocab)) return model.unk_id == null ? undefined : model.vocab[model.unk_id]?.[0];
  return model.unk_token ?? undefined;
}
