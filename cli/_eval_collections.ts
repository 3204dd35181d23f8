import { type EvaluationCollection, type EvaluationSpec, loadEvaluations } from "../eval/mod.ts";
import type { EvalModel } from "./_eval_model.ts";
import {
  heldOutPairs,
  heldOutVectors,
  prepareDatasets,
  type ResolvedRecipe,
  resolveRecipe,
} from "../recipes/mod.ts";
import { cacheFolder, openHub } from "./_environment.ts";
import { Progress } from "./_progress.ts";

/** How a model is scored without its recipe, for messages. */
const WITHOUT_RECIPE = "give --benchmark and --truncate";

/**
 * The recipe that lies beside a model that Lathe trained; other models have none.
 *
 * @param folder The model's folder.
 * @throws {RangeError | SyntaxError} If it is damaged, or of another version.
 */
export async function recipeOf(folder: string): Promise<ResolvedRecipe | undefined> {
  const path = `${folder}/recipe.json`;
  const text = await Deno.readTextFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new RangeError(`Cannot read recipe ${path}: ${error.message}; restore it, or ${WITHOUT_RECIPE}`, {
      cause: error,
    });
  });
  if (text === undefined) return undefined;
  try {
    return resolveRecipe(JSON.parse(text), path);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(`Cannot read recipe ${path}: it is not JSON; restore it, or ${WITHOUT_RECIPE}`, {
      cause: error,
    });
  }
}

/**
 * What a recipe scores.
 *
 * @param recipe The recipe beside the model, if there is one.
 * @param folder The model's folder, for messages.
 * @throws {RangeError} If there is no recipe, or it names no evaluation.
 */
export function suiteOf(recipe: ResolvedRecipe | undefined, folder: string): readonly EvaluationSpec[] {
  if (recipe !== undefined && recipe.evaluation.length > 0) return recipe.evaluation;
  const reason = recipe === undefined ? "it has no recipe.json" : "its recipe names no evaluation";
  throw new RangeError(`Cannot score ${folder}: ${reason}; give --benchmark nanobeir, or a BEIR folder`);
}

/**
 * Loads what is scored; held-out rows are drawn again by the recipe's seed.
 *
 * @param specs What to score.
 * @param options The recipe, if there is one, and the model whose tokenizer counts.
 */
export async function readCollections(
  specs: readonly EvaluationSpec[],
  { recipe, model }: { recipe: ResolvedRecipe | undefined; model: EvalModel },
): Promise<EvaluationCollection[]> {
  if (recipe === undefined || !specs.some(({ kind }) => kind.startsWith("heldOut"))) {
    return await loadEvaluations(specs, { hub: openHub() });
  }
  const rows = await readHeldOut(recipe, model);
  return await loadEvaluations(specs, {
    hub: openHub(),
    heldOut: heldOutPairs(rows),
    heldOutVectors: heldOutVectors(rows, recipe),
  });
}

async function readHeldOut(recipe: ResolvedRecipe, model: EvalModel): ReturnType<typeof prepareDatasets> {
  const progress = new Progress({ unit: "rows" });
  const { tokenizer } = model;
  const onProgress = (done: { name: string; rows: number; total: number | undefined }): void => {
    progress.update(done.rows, { total: done.total, note: done.name });
  };
  try {
    return await prepareDatasets(recipe, {
      tokenizer,
      hub: openHub(),
      cacheFolder: cacheFolder(),
      heldOutOnly: true,
      onProgress,
    });
  } finally {
    progress.finish();
  }
}
