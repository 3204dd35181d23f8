import {
  mergeParts,
  tokenEntries,
  type TokenizerJson,
  type TokenizerModel,
  unknownToken,
} from "./_tokenizer_json.ts";

/** What {@linkcode pruneTokenizer} gives. */
export interface PrunedTokenizer {
  /** Text of the smaller tokenizer.json. */
  json: string;
  /** int32: the old id of every new one, ascending. */
  kept: Int32Array;
}

/**
 * Takes tokens out of a vocabulary. The others keep their order and close ranks. The unknown token always stays, and of
 * a BPE vocabulary also what a kept token is merged from: without its parts it would never be made.
 *
 * @param json text of a tokenizer.json (WordPiece, BPE, Unigram or WordLevel)
 * @param keep whether a token stays
 * @throws {RangeError} if no token would be left
 */
export function pruneTokenizer(json: string, keep: (token: string, id: number) => boolean): PrunedTokenizer {
  const file = JSON.parse(json) as TokenizerJson;
  const entries = tokenEntries(file);
  const wanted = new Set(entries.filter(({ token, id }) => keep(token, id)).map(({ token }) => token));
  if (wanted.size === 0) {
    throw new RangeError(
      `Cannot take tokens out: none of ${entries.length} would be left; remove fewer, or give another pattern`,
    );
  }
  const unknown = unknownToken(file);
  if (unknown !== undefined) wanted.add(unknown);
  const merges = file.model.merges?.map(mergeParts);
  // A merge stands after those that make its parts, so one pass from the end finds everything that is needed.
  for (const [left, right] of merges?.toReversed() ?? []) {
    if (wanted.has(left + right)) wanted.add(left).add(right);
  }
  const kept = entries.filter(({ token }) => wanted.has(token));
  const ids = new Map(kept.map(({ id }, place) => [id, place]));
  const added = file.added_tokens.filter(({ id }) => ids.has(id)).map((token) => ({
    ...token,
    id: ids.get(token.id)!,
  }));
  const model = prunedModel(file.model, { wanted, ids });
  return {
    json: JSON.stringify({ ...file, added_tokens: added, model }),
    kept: Int32Array.from(kept, ({ id }) => id),
  };
}

function prunedModel(
  model: TokenizerModel,
  { wanted, ids }: { wanted: ReadonlySet<string>; ids: ReadonlyMap<number, number> },
): TokenizerModel {
  const { vocab, merges, unk_id } = model;
  return {
    ...model,
    vocab: Array.isArray(vocab) ? vocab.filter((_, id) => ids.has(id)) : Object.fromEntries(
      Object.entries(vocab).filter(([token]) => wanted.has(token)).sort(([, a], [, b]) => a - b)
        .map(([token, id]) => [token, ids.get(id)!]),
    ),
    ...(merges === undefined ? {} : {
      merges: merges.filter((merge) => {
        const [left, right] = mergeParts(merge);
        return wanted.has(left) && wanted.has(right) && wanted.has(left + right);
      }),
    }),
    ...(unk_id == null ? {} : { unk_id: ids.get(unk_id) ?? null }),
  };
}
