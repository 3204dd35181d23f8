import type { Recipe } from "./recipe.ts";

/** The recipes that come with Lathe, by name; each is loaded when it is asked for. */
export const SHIPPED_RECIPES: Record<string, () => Promise<Recipe>> = {
  "quickstart": async () => (await import("./quickstart.ts")).default,
  "retrieval-en": async () => (await import("./retrieval-en.ts")).default,
  "similarity-multilingual": async () => (await import("./similarity-multilingual.ts")).default,
};
