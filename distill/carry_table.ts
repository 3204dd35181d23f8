import type { ModelParts } from "../model/mod.ts";
import { loadTokenizer, type Tokenizer } from "../text/mod.ts";
import { tokenReader, type TokenText } from "./_token_text.ts";
import type { TokenizerJson } from "./_tokenizer_json.ts";
import { foldWeights } from "./fold_weights.ts";

/** What {@linkcode carryTable} gives. */
export interface CarriedTable {
  /** The model with the new tokenizer. */
  parts: ModelParts;
  /** Rows that were taken over, that are means of pieces, and that have neither (they get the unknown token's row). */
  rows: { matched: number; averaged: number; unknown: number };
}

/**
 * Gives a model another tokenizer. A token that stands for the same text in both vocabularies, at the start of a word or
 * within, keeps its row, however it is spelled (`##ing`, `ing`; `Ġcat`, `▁cat`); every other one gets the mean of the rows
 * that the old tokenizer cuts its text into.
 *
 * @param parts the model; it stays as it is
 * @param tokenizerJson text of the new tokenizer.json
 * @throws {RangeError} if the model's vocabulary is quantised, or no token has a row
 */
export async function carryTable(parts: ModelParts, tokenizerJson: string): Promise<CarriedTable> {
  if (parts.mapping !== undefined) {
    throw new RangeError(
      "Cannot carry the table over: its vocabulary is quantised, so that tokens share rows; " +
        "take the model it was made from",
    );
  }
  const before = await loadTokenizer(parts.tokenizerJson, "the model's tokenizer");
  const after = await loadTokenizer(tokenizerJson, "the new tokenizer");
  try {
    const { weights: _, ...folded } = foldWeights(parts);
    const { table, rows } = carryRows(folded, before, after);
    return { parts: { ...folded, table, rows: after.vocabSize, tokenizerJson: after.json }, rows };
  } finally {
    before.dispose();
    after.dispose();
  }
}

function carryRows(
  { table, dim }: Pick<ModelParts, "table" | "dim">,
  before: Tokenizer,
  after: Tokenizer,
): { table: Float32Array; rows: CarriedTable["rows"] } {
  const sourceOf = rowSources(before);
  const read = tokenReader(after.json);
  const rows = { matched: 0, averaged: 0, unknown: 0 };
  const carried = new Float32Array(after.vocabSize * dim);
  let common = 0;
  for (let id = 0; id < after.vocabSize; id++) {
    const token = after.tokenOf(id);
    if (token === undefined) continue;
    const { ids, isMatch } = id === after.unknownId
      ? { ids: idsOf(before.unknownId), isMatch: true }
      : sourceOf(token, read(token));
    rows[ids.length === 0 ? "unknown" : isMatch ? "matched" : "averaged"]++;
    if (ids.length > 0 && id !== after.unknownId) common++;
    const from = ids.length === 0 ? idsOf(before.unknownId) : ids;
    meanRows(table, from, carried.subarray(id * dim, (id + 1) * dim));
  }
  if (common > 0) return { table: carried, rows };
  throw new RangeError(
    "Cannot carry the table over: the old tokenizer knows no token of the new one; take another tokenizer",
  );
}

interface RowSource {
  /** Rows of the old table. */
  ids: readonly number[];
  /** Whether the old vocabulary has a token for the same text. */
  isMatch: boolean;
}

/** A function that finds the old rows of a new token. */
function rowSources(before: Tokenizer): (token: string, text: TokenText | undefined) => RowSource {
  const read = tokenReader(before.json);
  const byText = new Map<string, number>();
  for (let id = 0; id < before.vocabSize; id++) {
    const token = before.tokenOf(id);
    const text = token === undefined ? undefined : read(token);
    if (text !== undefined) byText.set(keyOf(text), id);
  }
  const added = new Map(
    (JSON.parse(before.json) as TokenizerJson).added_tokens.map(({ content, id }) => [content, id]),
  );
  const continued = continuations(before);
  return (token, text) => {
    const special = added.get(token);
    if (special !== undefined) return { ids: [special], isMatch: true };
    // A part of a character has no text; the same bytes are spelled alike.
    if (text === undefined) return { ids: idsOf(before.idOf(token)), isMatch: true };
    const known = byText.get(keyOf(text));
    if (known !== undefined) return { ids: [known], isMatch: true };
    const pieces = text.starts ? before.encode(text.text) : continued(text.text) ?? before.encode(text.text);
    return { ids: [...pieces].filter((id) => id !== before.unknownId), isMatch: false };
  };
}

/** Cuts a text as the rest of a word: the longest piece first; undefined where that fails, or the model is another. */
function continuations(before: Tokenizer): (text: string) => number[] | undefined {
  const { model } = JSON.parse(before.json) as TokenizerJson;
  const prefix = model.continuing_subword_prefix;
  if (model.type !== "WordPiece" || !prefix) return () => undefined;
  return (text) => {
    const ids: number[] = [];
    for (let start = 0, end = text.length; start < text.length; end = text.length) {
      while (end > start && before.idOf(prefix + text.slice(start, end)) === undefined) end--;
      if (end === start) return undefined;
      ids.push(before.idOf(prefix + text.slice(start, end))!);
      start = end;
    }
    return ids;
  };
}

function keyOf({ text, starts }: TokenText): string {
  return starts ? ` ${text}` : text;
}

function idsOf(id: number | undefined): number[] {
  return id === undefined ? [] : [id];
}

function meanRows(table: Float32Array, ids: readonly number[], out: Float32Array): void {
  for (const id of ids) {
    for (let i = 0; i < out.length; i++) out[i] += table[id * out.length + i] / ids.length;
  }
}
