/** An entry of `added_tokens` in a tokenizer.json, as far as Lathe looks at it. */
export interface AddedToken {
  id: number;
  content: string;
  lstrip?: boolean;
  rstrip?: boolean;
  single_word?: boolean;
  normalized?: boolean;
  special?: boolean;
}

/** A tokenizer.json, checked as far as Lathe looks at it. */
export interface TokenizerFile {
  added_tokens: AddedToken[];
  normalizer: {
    type?: string;
    clean_text?: boolean;
    handle_chinese_chars?: boolean;
    strip_accents?: boolean | null;
    lowercase?: boolean;
  } | null;
  pre_tokenizer: { type?: string } | null;
  model: {
    type: "WordPiece" | "BPE" | "Unigram" | "WordLevel";
    vocab: Record<string, number> | [string, number][];
    unk_token?: string | null;
    unk_id?: number | null;
    continuing_subword_prefix?: string;
    max_input_chars_per_word?: number;
  };
}

const MODEL_TYPES = ["WordPiece", "BPE", "Unigram", "WordLevel"];
const CURE = "give the tokenizer.json of a Hugging Face tokenizer";

/**
 * Reads a tokenizer.json and switches off what Lathe never wants: truncation, padding, special tokens.
 *
 * @param source text or bytes of the file
 * @param name the file's name, for error messages
 * @throws {SyntaxError} if it is not JSON
 * @throws {TypeError} if it is JSON but not a tokenizer
 */
export function parseTokenizerFile(source: string | Uint8Array, name: string): TokenizerFile {
  const parsed = parseJson(source, name);
  const refuse = (problem: string): never => {
    throw new TypeError(`Cannot load tokenizer ${name}: ${problem}; ${CURE}`);
  };
  if (!isRecord(parsed)) return refuse("it is not a JSON object");
  const model = parsed.model;
  if (!isRecord(model)) return refuse('it has no "model"');
  // Files of early versions of the library (GPT-2's) leave the type out: only a BPE model has merges.
  const type = model.type ?? (Array.isArray(model.merges) ? "BPE" : undefined);
  if (typeof type !== "string" || !MODEL_TYPES.includes(type)) {
    return refuse(`its model type is ${JSON.stringify(type)}, not one of ${MODEL_TYPES.join(", ")}`);
  }
  const vocab = model.vocab;
  const listed = type === "Unigram";
  if (listed ? !Array.isArray(vocab) : !isRecord(vocab)) {
    return refuse(`its model has no ${listed ? "list" : "table"} "vocab"`);
  }
  const unknown = model.unk_token;
  // The library would abort at the first unknown word, and its module with it.
  if (!listed && typeof unknown === "string" && !Object.hasOwn(vocab as object, unknown)) {
    return refuse(`its unknown token ${JSON.stringify(unknown)} is not in its vocabulary`);
  }
  const added = parsed.added_tokens ?? [];
  if (!Array.isArray(added)) return refuse('its "added_tokens" are not a list');
  return {
    ...parsed,
    added_tokens: added,
    normalizer: isRecord(parsed.normalizer) ? parsed.normalizer : null,
    pre_tokenizer: isRecord(parsed.pre_tokenizer) ? parsed.pre_tokenizer : null,
    model: { ...model, type, vocab },
    truncation: null,
    padding: null,
    post_processor: null,
  } as TokenizerFile;
}

/** Token to id, the model's vocabulary first, added tokens on top. */
export function tokenIds(file: TokenizerFile): Map<string, number> {
  const { vocab } = file.model;
  const ids = new Map<string, number>();
  if (Array.isArray(vocab)) vocab.forEach(([token], id) => ids.set(token, id));
  else for (const token of Object.keys(vocab)) ids.set(token, vocab[token]);
  for (const { content, id } of file.added_tokens) if (!ids.has(content)) ids.set(content, id);
  return ids;
}

/** Id of the token that stands for what the vocabulary does not cover, if there is one. */
export function unknownIdOf(file: TokenizerFile, ids: ReadonlyMap<string, number>): number | undefined {
  const { type, unk_id, unk_token } = file.model;
  if (type === "Unigram") return unk_id ?? undefined;
  return unk_token ? ids.get(unk_token) : undefined;
}

function parseJson(source: string | Uint8Array, name: string): unknown {
  try {
    const text = typeof source === "string"
      ? source
      : new TextDecoder("utf-8", { fatal: true }).decode(source);
    return JSON.parse(text);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new SyntaxError(`Cannot load tokenizer ${name}: it is not JSON (${reason}); ${CURE}`, { cause });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
