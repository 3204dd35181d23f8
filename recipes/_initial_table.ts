import { fillNormal, Random, resolveModelPath } from "../data/mod.ts";
import { StaticModel } from "../model/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import type { ResolvedRecipe } from "./recipe.ts";
import type { RecipePlaces } from "./_tokenizer.ts";

/**
 * The table that a training starts from, float32 [vocab, dim]: normal(0, 1) from the recipe's seed, or the table of a
 * saved model with the same tokenizer and dimension.
 *
 * @throws {RangeError} if the saved model does not fit
 */
export async function initialTable(
  recipe: ResolvedRecipe,
  tokenizer: Tokenizer,
  places: RecipePlaces,
): Promise<Float32Array> {
  const { dim, init } = recipe.model;
  if (init !== "normal") return await savedTable(init.from, { dim, tokenizer, places });
  const table = new Float32Array(tokenizer.vocabSize * dim);
  fillNormal(table, new Random(recipe.seed).fork("table"));
  return table;
}

async function savedTable(
  from: string,
  { dim, tokenizer, places }: { dim: number; tokenizer: Tokenizer; places: RecipePlaces },
): Promise<Float32Array> {
  const refuse = (reason: string): never => {
    throw new RangeError(`Cannot start from ${from}: ${reason}`);
  };
  const model = await StaticModel.load(await resolveModelPath(from, places));
  try {
    if (model.dim !== dim) {
      refuse(`it has ${model.dim} dimensions and the recipe ${dim}; set model.dim=${model.dim}`);
    }
    const cure = "name that model's tokenizer in the recipe";
    if (model.tokenizer.vocabSize !== tokenizer.vocabSize) {
      refuse(
        `its tokenizer has ${model.tokenizer.vocabSize} entries and the recipe's ${tokenizer.vocabSize}; ${cure}`,
      );
    }
    if (model.table.length !== tokenizer.vocabSize * dim) {
      refuse("its vocabulary is quantised; name a plain model");
    }
    for (let id = 0; id < tokenizer.vocabSize; id++) {
      const [theirs, ours] = [model.tokenizer.tokenOf(id), tokenizer.tokenOf(id)];
      if (theirs !== ours) {
        refuse(`token ${id} is ${theirs} there and ${ours} in the recipe's tokenizer; ${cure}`);
      }
    }
    return model.table;
  } finally {
    model.dispose();
  }
}
