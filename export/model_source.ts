import type { ExportedModel } from "./exported_model.ts";

/** A model that is exported, and what follows from it. */
export interface ModelSource extends Readonly<ExportedModel> {
  /** Token ids from 0 to this, exclusive. */
  readonly vocabSize: number;
  /** Token that stands for what the vocabulary does not cover; Unigram tokenizers name none. */
  readonly unknown: { token: string; id: number } | undefined;
}

/**
 * Prepares a model for export.
 *
 * @param parts what `loadModel` gives
 */
export function modelSource(parts: ExportedModel): ModelSource {
  const { rows, mapping, tokenizerJson } = parts;
  return { ...parts, vocabSize: mapping?.length ?? rows, unknown: unknownToken(tokenizerJson) };
}

interface TokenizerParts {
  model?: { unk_token?: string | null; vocab?: Record<string, number> };
  added_tokens?: { content: string; id: number }[];
}

function unknownToken(tokenizerJson: string): ModelSource["unknown"] {
  const { model, added_tokens = [] } = JSON.parse(tokenizerJson) as TokenizerParts;
  const token = model?.unk_token;
  if (typeof token !== "string") return undefined;
  const { vocab = {} } = model!;
  const id = Object.hasOwn(vocab, token)
    ? vocab[token]
    : added_tokens.find(({ content }) => content === token)?.id;
  return id === undefined ? undefined : { token, id };
}
