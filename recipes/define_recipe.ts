import type { Recipe } from "./recipe.ts";

/**
 * Types a recipe while it is written. It is checked when it is loaded.
 *
 * @param recipe The recipe.
 * @returns The same record.
 */
export function defineRecipe(recipe: Recipe): Recipe {
  return recipe;
}
