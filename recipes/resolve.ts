import { v } from "./_valibot.ts";
import type { ResolvedRecipe } from "./recipe.ts";
import { recipeError } from "./recipe_error.ts";
import { RECIPE_SCHEMA } from "./schema.ts";

/** Share of the steps for warm-up where a recipe says neither ratio nor steps. */
const WARMUP_RATIO = 0.1;

/**
 * Checks a recipe and fills in every default. Keys come in the schema's order and Matryoshka sizes in
 * ascending
 * order, so equal recipes give equal bytes; a resolved recipe resolves to itself.
 *
 * @param input A recipe from TypeScript or JSON.
 * @param label What to call it in messages; its name by default.
 * @returns The recipe with every field present.
 * @throws {TypeError | RangeError} If a field is missing, unknown, of the wrong type or out of range.
 */
export function resolveRecipe(input: unknown, label: string = nameOf(input)): ResolvedRecipe {
  const result = v.safeParse(RECIPE_SCHEMA, input);
  if (!result.success) throw recipeError(label, result.issues);
  const recipe = result.output;
  const { warmupRatio, warmupSteps } = recipe.training;
  const ratio = warmupRatio ?? (warmupSteps === null ? WARMUP_RATIO : null);
  const datasets = Object.entries(recipe.datasets).map(([name, dataset]) => {
    return [name, { ...dataset, loss: dataset.loss && ascending(dataset.loss) }] as const;
  });
  return {
    ...recipe,
    datasets: Object.fromEntries(datasets),
    loss: ascending(recipe.loss),
    training: { ...recipe.training, warmupRatio: ratio },
  };
}

/**
 * The text of a resolved recipe, as it lies beside a model.
 *
 * @param recipe The resolved recipe.
 * @returns JSON of two spaces' indent with a final newline.
 */
export function recipeJson(recipe: ResolvedRecipe): string {
  return JSON.stringify(recipe, null, 2) + "\n";
}

type ResolvedLoss = ResolvedRecipe["loss"];

/** Every Matryoshka loss with its sizes, and their weights with them, in ascending order. */
function ascending(loss: ResolvedLoss): ResolvedLoss {
  if (loss.kind === "sum") {
    const losses = loss.losses.map((part) => {
      return part.loss.kind === "matryoshka" ? { ...part, loss: ascendingSizes(part.loss) } : part;
    });
    return { ...loss, losses };
  }
  return loss.kind === "matryoshka" ? ascendingSizes(loss) : loss;
}

function ascendingSizes<M extends { dims: number[]; weights: number[] | null }>(loss: M): M {
  const order = loss.dims.map((_, index) => index).sort((a, b) => loss.dims[a] - loss.dims[b]);
  const weights = loss.weights;
  return {
    ...loss,
    dims: order.map((index) => loss.dims[index]),
    weights: weights === null ? null : order.map((index) => weights[index]),
  };
}

function nameOf(input: unknown): string {
  const name = typeof input === "object" && input !== null && "name" in input ? input.name : undefined;
  return typeof name === "string" && name !== "" ? name : "without a name";
}
