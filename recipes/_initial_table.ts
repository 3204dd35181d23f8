import { fillNormal, Random } from "../data/mod.ts";
import { foldWeights } from "../distill/mod.ts";
import { resolveModelPath } from "../hub/mod.ts";
import { loadModel, StaticModel } from "../model/mod.ts";
import { loadTokenizer, type Tokenizer } from "../text/mod.ts";
import { carriedTable } from "./_carried_table.ts";
import { distilledTable, type DistilledTableOptions } from "./_distilled_table.ts";
import type { RecipePlaces } from "./_tokenizer.ts";
import { weightRows } from "./_weight_rows.ts";
import type { ResolvedRecipe } from "./recipe.ts";

/** A table to start from. */
export interface InitialTable {
  /** float32 [vocab, dim]. */
  table: Float32Array;
  /** Rows taken from a saved model; undefined where the table was drawn. */
  matched?: number;
  /** Rows that are the mean of others of a saved model. */
  averaged?: number;
}

/** What a table may need besides the recipe and its tokenizer. */
export interface InitialTableOptions extends DistilledTableOptions {
  /** Counts, for every data set, how often every token occurs. */
  countTokens: () => Promise<readonly Float64Array[]>;
}

/** A table of normal(0, 1), float32 [vocab, dim], by the recipe's seed and a number for each further draw. */
export function drawTable({ seed, model: { dim } }: ResolvedRecipe, vocab: number, draw = 0): Float32Array {
  const table = new Float32Array(vocab * dim);
  const random = new Random(seed).fork("table");
  fillNormal(table, draw === 0 ? random : random.fork(draw));
  return table;
}

/**
 * The table that a training starts from: drawn, with all rows alike or weighted by how rare their tokens are; taken from a
 * saved model of the same dimension; or distilled from a transformer. With another tokenizer, rows are matched by their
 * tokens' text; a row without match is drawn with the saved table's own spread, or averaged from pieces.
 *
 * @throws {RangeError} if the saved model or transformer has another dimension, a quantised vocabulary, or no token in
 * common
 */
export async function initialTable(
  recipe: ResolvedRecipe,
  tokenizer: Tokenizer,
  { countTokens, ...places }: InitialTableOptions,
): Promise<InitialTable> {
  const { init, dim } = recipe.model;
  const drawn = drawTable(recipe, tokenizer.vocabSize);
  if (init === "normal" || "seeds" in init) return { table: drawn };
  if ("draw" in init) {
    weightRows(drawn, await countTokens(), init.sifCoefficient);
    return { table: drawn };
  }
  if ("from" in init && init.carry) return await carriedTable(init.from, dim, { ...places, tokenizer });
  const model = "distill" in init
    ? await distilledTable(init, dim, places)
    : await savedTable(init.from, places);
  const from = "distill" in init ? init.distill : init.from;
  try {
    return matchRows(model, { tokenizer, drawn, dim, from });
  } finally {
    model.dispose();
  }
}

/** A saved model with its weights in its rows, which are all that is trained. */
async function savedTable(from: string, places: RecipePlaces): Promise<StaticModel> {
  const parts = foldWeights(await loadModel(await resolveModelPath(from, places)));
  const tokenizer = await loadTokenizer(parts.tokenizerJson, from);
  return StaticModel.create({ ...parts, tokenizer });
}

function matchRows(
  model: StaticModel,
  { tokenizer, drawn, dim, from }: { tokenizer: Tokenizer; drawn: Float32Array; dim: number; from: string },
): InitialTable {
  const refuse = (reason: string): never => {
    throw new RangeError(`Cannot start from ${from}: ${reason}`);
  };
  if (model.dim !== dim) {
    refuse(`it has ${model.dim} dimensions and the recipe ${dim}; set model.dim=${model.dim}`);
  }
  if (model.table.length !== model.vocabSize * dim) refuse("its vocabulary is quantised; name a plain model");
  const spread = rootMeanSquare(model.table);
  let matched = 0;
  for (let id = 0; id < tokenizer.vocabSize; id++) {
    const token = tokenizer.tokenOf(id);
    const theirs = token === undefined ? undefined : model.tokenizer.idOf(token);
    const row = drawn.subarray(id * dim, (id + 1) * dim);
    if (theirs === undefined) {
      for (let i = 0; i < dim; i++) row[i] *= spread;
    } else {
      row.set(model.table.subarray(theirs * dim, (theirs + 1) * dim));
      matched++;
    }
  }
  if (matched === 0) refuse("its tokenizer has no token in common with the recipe's; name another model");
  return { table: drawn, matched };
}

function rootMeanSquare(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  return Math.sqrt(sum / Math.max(1, values.length));
}
