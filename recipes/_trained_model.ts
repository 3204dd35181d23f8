import { StaticModel } from "../model/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import type { ResolvedRecipe } from "./recipe.ts";

/** The model that a table is, float32 [vocab, dim], trained by a recipe; the table is not copied. */
export function trainedModel(
  table: Float32Array<ArrayBufferLike>,
  { recipe, tokenizer }: { recipe: ResolvedRecipe; tokenizer: Tokenizer },
): StaticModel {
  const { dim, normalize } = recipe.model;
  return StaticModel.create({ table: table as Float32Array<ArrayBuffer>, dim, tokenizer, normalize });
}
