import { carryTable } from "../distill/mod.ts";
import { resolveModelPath } from "../hub/mod.ts";
import { loadModel } from "../model/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import type { InitialTable } from "./_initial_table.ts";
import type { RecipePlaces } from "./_tokenizer.ts";

/**
 * The table of a saved model for another tokenizer: tokens of the same text keep their row, however they are spelled, and
 * the others begin as the mean of the rows that the saved model's tokenizer cuts their text into.
 *
 * @param from the saved model's folder or address
 * @param dim the recipe's dimension
 * @throws {RangeError} if the saved model has another dimension, a quantised vocabulary, or no token in common
 */
export async function carriedTable(
  from: string,
  dim: number,
  { tokenizer, ...places }: RecipePlaces & { tokenizer: Tokenizer },
): Promise<InitialTable> {
  const saved = await loadModel(await resolveModelPath(from, places));
  if (saved.dim !== dim) {
    throw new RangeError(
      `Cannot start from ${from}: it has ${saved.dim} dimensions and the recipe ${dim}; set model.dim=${saved.dim}`,
    );
  }
  const { parts: { table }, rows } = await carryTable(saved, tokenizer.json);
  return { table: table as Float32Array<ArrayBuffer>, matched: rows.matched, averaged: rows.averaged };
}
