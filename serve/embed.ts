import type { Matrix, TokenBags } from "../model/mod.ts";
import { nextTurn } from "./_next_turn.ts";
import { spareMemory } from "./_spare_memory.ts";
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

/** Vectors and what they took. When it is disposed of, others may use the vectors' memory. */
export interface Embedded extends Disposable {
  /** float32 [inputs, dimensions]; row i belongs to input i. */
  vectors: Matrix;
  /** Tokens of all inputs, as far as they were used. */
  tokens: number;
}

/** Characters that are encoded before others have their turn: a few milliseconds at 1,024 dimensions. */
const SLICE_CHARACTERS = 1 << 16;
/** Token ids that take about as long. */
const SLICE_IDS = 1 << 14;

/** Some of a request's inputs. */
interface Slice {
  /** Number of the first one. */
  start: number;
  /** Number of the one after the last. */
  end: number;
}

/**
 * Turns a request's inputs into vectors, some at a time, so that a long request does not hold up the short ones.
 *
 * @param model the model
 * @param inputs texts or token ids
 * @param options {@link EmbedOptions}
 * @throws ApiError when a text is too long, an id unknown or a size not the model's; the signal's reason when aborted
 */
export async function embed(model: TextModel, inputs: Inputs, options: EmbedOptions): Promise<Embedded> {
  const truncate = columnsOf(model, options.dimensions);
  const { normalize, signal } = options;
  const slices = inputs.kind === "texts"
    ? slicesOf(inputs.texts, SLICE_CHARACTERS)
    : slicesOf(inputs.ids, SLICE_IDS);
  const rows = slices.at(-1)!.end;
  const memory = spareMemory.take(4 * rows * truncate);
  const data = new Float32Array(memory.buffer, 0, rows * truncate);
  let tokens = 0;
  for (const { start, end } of slices) {
    if (start > 0) await nextTurn();
    signal.throwIfAborted();
    const bags = limitTokens(bagsOf(model, inputs, { start, end }), { ...options, first: start });
    model.pool(bags, { truncate, normalize, out: data.subarray(start * truncate, end * truncate) });
    tokens += bags.ids.length;
  }
  const vectors = { data, rows, columns: truncate };
  return { vectors, tokens, [Symbol.dispose]: () => spareMemory.giveBack(memory) };
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

/** Whole inputs, as many as have the given length together, at least one. */
function slicesOf(inputs: readonly { readonly length: number }[], most: number): Slice[] {
  const slices: Slice[] = [{ start: 0, end: 0 }];
  let length = 0;
  for (let i = 0; i < inputs.length; i++) {
    length += inputs[i].length;
    if (length > most && slices.at(-1)!.end > slices.at(-1)!.start) {
      slices.push({ start: i, end: i });
      length = inputs[i].length;
    }
    slices.at(-1)!.end = i + 1;
  }
  return slices;
}

function bagsOf(model: TextModel, inputs: Inputs, { start, end }: Slice): TokenBags {
  return inputs.kind === "texts"
    ? model.tokenizer.encodeAll(inputs.texts.slice(start, end))
    : bagsOfIds(inputs.ids.slice(start, end), { first: start, vocabSize: model.vocabSize });
}
