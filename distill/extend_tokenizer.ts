import { loadTokenizer, type Tokenizer } from "../text/mod.ts";
import { type TokenizerJson, type TokenizerModel } from "./_tokenizer_json.ts";

/** A token that was put into a vocabulary. */
export interface NewToken {
  /** The token as the vocabulary spells it. */
  token: string;
  /** Ids of the pieces that it was before, in the vocabulary that was extended. */
  pieces: Int32Array;
}

/** What {@linkcode extendTokenizer} gives. */
export interface ExtendedTokenizer {
  /** Text of the larger tokenizer.json. */
  json: string;
  /** New tokens; their ids follow the largest id of before. */
  added: NewToken[];
  /** Words that were left out, and why. */
  skipped: { word: string; reason: string }[];
}

interface Candidate {
  /** The text as it was given. */
  word: string;
  /** The text that must come out as one token: the word, or with a space before it. */
  form: string;
  token: string;
  pieces: string[];
}

/**
 * Puts whole words into a vocabulary: WordPiece and WordLevel get an entry; Unigram one with the mean score of the pieces
 * it was before, which is above their sum and so wins; BPE the merges that join the pieces after all others, and the
 * tokens in between. Byte-level BPE gets a word with and without the space before it.
 *
 * Words are spelled as the tokenizer normalises them. Every one is tried with the new vocabulary: what does not come out
 * as one token, such as two words, is left out.
 *
 * @param tokenizer the tokenizer to extend; it stays as it is
 * @param words whole words, without a mark of their start
 */
export async function extendTokenizer(
  tokenizer: Tokenizer,
  words: Iterable<string>,
): Promise<ExtendedTokenizer> {
  const file = JSON.parse(tokenizer.json) as TokenizerJson;
  const skipped: { word: string; reason: string }[] = [];
  let candidates: Candidate[] = [];
  const seen = new Set<string>();
  for (const word of words) {
    const found = candidatesOf(word, file.model, tokenizer);
    if (typeof found === "string") skipped.push({ word, reason: found });
    else {
      const fresh = found.filter(({ token }) => !seen.has(token));
      if (fresh.length === 0) skipped.push({ word, reason: "it was given before" });
      for (const candidate of fresh) seen.add(candidate.token);
      candidates.push(...fresh);
    }
  }
  for (;;) {
    const { json, tokens } = extended(file, candidates);
    const failed = new Set(await failures(json, candidates));
    if (failed.size === 0) {
      const idOf = (piece: string): number => tokenizer.idOf(piece)!;
      const added = tokens.map(({ token, pieces }) => ({ token, pieces: Int32Array.from(pieces, idOf) }));
      return { json, added, skipped };
    }
    const reason = "the tokenizer does not see it as one word";
    skipped.push(...[...failed].map(({ word }) => ({ word, reason })));
    candidates = candidates.filter((candidate) => !failed.has(candidate));
  }
}

/** How a word could stand in the vocabulary, or why it cannot. */
function candidatesOf(word: string, model: TokenizerModel, tokenizer: Tokenizer): Candidate[] | string {
  const isByteOrSentencePiece = model.type === "BPE" || model.type === "Unigram";
  const forms = isByteOrSentencePiece ? [word, ` ${word}`] : [word];
  const candidates: Candidate[] = [];
  for (const form of word.trim() === "" ? [] : forms) {
    const ids = tokenizer.encode(form);
    if (ids.length < 2) continue;
    if (ids.includes(tokenizer.unknownId ?? -1)) return "it has characters that the tokenizer does not know";
    const pieces = Array.from(ids, (id) => tokenizer.tokenOf(id)!);
    const token = joined(pieces, model);
    if (token === undefined) return "the tokenizer does not see it as one word";
    if (candidates.every((other) => other.token !== token)) candidates.push({ word, form, token, pieces });
  }
  if (candidates.length > 0) return candidates;
  return word.trim() === "" ? "it is empty" : "it is one token already, or none";
}

/** The token that pieces make together; undefined if WordPiece took them for several words. */
function joined(
  pieces: readonly string[],
  { continuing_subword_prefix: prefix = "##", type }: TokenizerModel,
) {
  if (type === "BPE" || type === "Unigram") return pieces.join("");
  const rest = pieces.slice(1);
  if (!rest.every((piece) => piece.startsWith(prefix))) return undefined;
  return pieces[0] + rest.map((piece) => piece.slice(prefix.length)).join("");
}

/** The file with the candidates in it, and all tokens that this took, in the order of their ids. */
function extended(
  file: TokenizerJson,
  candidates: readonly Candidate[],
): { json: string; tokens: { token: string; pieces: string[] }[] } {
  const { model } = file;
  if (Array.isArray(model.vocab)) return extendedUnigram(file, model.vocab, candidates);
  const tokens: { token: string; pieces: string[] }[] = [];
  const merges = [...model.merges ?? []];
  const known = new Set(Object.keys(model.vocab));
  for (const { token, pieces } of candidates) {
    if (model.type !== "BPE") tokens.push({ token, pieces });
    else {
      for (let count = 2; count <= pieces.length; count++) {
        const [left, right] = [pieces.slice(0, count - 1).join(""), pieces[count - 1]];
        if (known.has(left + right)) continue;
        merges.push([left, right]);
        known.add(left + right);
        tokens.push({ token: left + right, pieces: pieces.slice(0, count) });
      }
    }
  }
  const first = nextId(file);
  const vocab = { ...model.vocab, ...Object.fromEntries(tokens.map(({ token }, i) => [token, first + i])) };
  const asStrings = typeof model.merges?.[0] === "string";
  const written = merges.map((merge) => asStrings && typeof merge !== "string" ? merge.join(" ") : merge);
  const json = {
    ...file,
    model: { ...model, vocab, ...(model.merges === undefined ? {} : { merges: written }) },
  };
  return { json: JSON.stringify(json), tokens };
}

/** Ids are places here, so tokens that stand only among the added ones get an entry, which the model never uses. */
function extendedUnigram(
  file: TokenizerJson,
  vocab: readonly [string, number][],
  candidates: readonly Candidate[],
): { json: string; tokens: { token: string; pieces: string[] }[] } {
  const scores = new Map(vocab);
  const lowest = Math.min(...scores.values());
  const outside = file.added_tokens.filter(({ id }) => id >= vocab.length).sort((a, b) => a.id - b.id);
  const entries = candidates.map(({ token, pieces }): [string, number] => {
    return [token, pieces.reduce((sum, piece) => sum + scores.get(piece)!, 0) / pieces.length];
  });
  const filled = outside.map(({ content }): [string, number] => [content, lowest - 100]);
  const json = { ...file, model: { ...file.model, vocab: [...vocab, ...filled, ...entries] } };
  return { json: JSON.stringify(json), tokens: candidates.map(({ token, pieces }) => ({ token, pieces })) };
}

function nextId({ model, added_tokens }: TokenizerJson): number {
  const ids = [...Object.values(model.vocab as Record<string, number>), ...added_tokens.map(({ id }) => id)];
  return ids.reduce((largest, id) => Math.max(largest, id), -1) + 1;
}

/** Candidates that do not come out as the one token that they should be. */
async function failures(json: string, candidates: readonly Candidate[]): Promise<Candidate[]> {
  const tokenizer = await loadTokenizer(json, "the extended tokenizer");
  try {
    return candidates.filter(({ form, token }) => {
      const ids = tokenizer.encode(form);
      return ids.length !== 1 || tokenizer.tokenOf(ids[0]) !== token;
    });
  } finally {
    tokenizer.dispose();
  }
}
