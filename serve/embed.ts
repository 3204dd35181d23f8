import { type Matrix, normalizeRow, rowOf, type TokenBags, zeroMatrix } from "../model/mod.ts";
import { bagsOfIds, limitTokens, type TokenLimit } from "./_token_bags.ts";
import { ApiError } from "./api_error.ts";
import type { TextModel } from "./text_model.ts";

/** Texts, or their token ids. */
export type Inputs =
  | { readonly kind: "texts"; readonly texts: readonly string[] }
  | { readonly kind: "ids"; readonly ids: readonly (readonly number[])[] };

/** Options of {@link embed}. */
export interface EmbedOptions extends TokenLimit {
  /** Columns to keep, 1 to the model's; all if undefined. */
  dimensions: number | undefined;
  /** Whether vectors get length 1. */
  normalize: boolean;
  /** Ends the work between two slices. */
  signal: AbortSignal;
}

/** Vectors and what they took. */
export interface Embedded {
  /** float32 [inputs, dimensions]; row i belongs to input i. */
  vectors: Matrix;
  /** Tokens of all inputs, as far as they were used. */
  tokens: number;
}

/** Characters that are encoded before others have their turn: a few milliseconds at 1,024 dimensions. */
const SLICE_CHARACTERS = 1 << 16;

/**
 * Turns a request's inputs into vectors, some at a time, so that a long request does not hold up the short ones.
 *
 * @param model the model
 * @param inputs texts or token ids
 * @param options {@link EmbedOptions}
 * @throws ApiError when a text is too long, an id unknown or a size not the model's; the signal's reason when aborted
 */
export async function embed(model: TextModel, inputs: Inputs, options: EmbedOptions): Promise<Embedded> {
  const columns = columnsOf(model, options.dimensions);
  if (inputs.kind === "ids") {
    const bags = limitTokens(bagsOfIds(inputs.ids, model), options);
    return {
      vectors: poolBags(model, bags, { columns, normalize: options.normalize }),
      tokens: bags.ids.length,
    };
  }
  const slices = sliceTexts(inputs.texts);
  if (slices.length === 1) return await embedSlice(model, slices[0], { ...options, columns });
  const vectors = zeroMatrix(inputs.texts.length, columns);
  let tokens = 0;
  let row = 0;
  for (const texts of slices) {
    options.signal.throwIfAborted();
    const part = await embedSlice(model, texts, { ...options, columns });
    vectors.data.set(part.vectors.data, row * columns);
    row += texts.length;
    tokens += part.tokens;
    await nextTurn();
  }
  return { vectors, tokens };
}

function columnsOf({ dim }: TextModel, dimensions: number | undefined): number {
  if (dimensions === undefined) return dim;
  if (Number.isInteger(dimensions) && dimensions >= 1 && dimensions <= dim) return dimensions;
  throw new ApiError(
    "invalid",
    `Cannot embed at ${dimensions} dimensions: the model has ${dim}; ask for a whole number from 1 to ${dim}`,
    { field: "dimensions" },
  );
}

/** Whole texts, as many as fit a slice, at least one. */
function sliceTexts(texts: readonly string[]): string[][] {
  const slices: string[][] = [[]];
  let characters = 0;
  for (const text of texts) {
    characters += text.length;
    if (characters > SLICE_CHARACTERS && slices.at(-1)!.length > 0) {
      slices.push([]);
      characters = text.length;
    }
    slices.at(-1)!.push(text);
  }
  return slices;
}

/** Counts tokens first, since the interfaces report and limit them; the model then tokenizes the texts itself. */
async function embedSlice(
  model: TextModel,
  texts: readonly string[],
  options: EmbedOptions & { columns: number },
): Promise<Embedded> {
  const { columns, normalize } = options;
  const bags = model.tokenizer.encodeAll(texts);
  const limited = limitTokens(bags, options);
  const vectors = limited === bags
    ? await model.encode(texts, { truncate: columns, normalize })
    : poolBags(model, limited, { columns, normalize });
  return { vectors, tokens: limited.ids.length };
}

/** Means of token ids, cut to their first columns, at length 1 if wanted. */
function poolBags(
  model: TextModel,
  bags: TokenBags,
  { columns, normalize }: { columns: number; normalize: boolean },
): Matrix {
  if (model.normalize && !normalize) {
    throw new ApiError(
      "invalid",
      "Cannot leave these vectors at their length: the model normalizes whatever comes as token ids or is cut; " +
        "ask for normalized vectors, or send shorter texts",
    );
  }
  const full = model.pool(bags);
  const cut = columns === full.columns ? full : zeroMatrix(full.rows, columns);
  for (let row = 0; row < full.rows; row++) {
    const target = rowOf(cut, row);
    if (cut !== full) target.set(rowOf(full, row).subarray(0, columns));
    if (normalize) normalizeRow(target, target);
  }
  return cut;
}

/** Lets other requests, timers and signals run. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
