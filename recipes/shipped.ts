import type { Recipe } from "./recipe.ts";

/** The recipes that come with Lathe, by name; each is loaded when it is asked for. */
export const SHIPPED_RECIPES: Record<string, () => Promise<Recipe>> = {
  "quickstart": async () => (await import("./quickstart.ts")).default,
  "distill-bge-m3": async () => (await import("./distill-bge-m3.ts")).default,
  "model2vec-en": async () => (await import("./model2vec-en.ts")).default,
  "retrieval-en": async () => (await import("./retrieval-en.ts")).default,
  "retrieval-en-plus": async () => (await import("./retrieval-en-plus.ts")).default,
  "similarity-multilingual": async () => (await import("./similarity-multilingual.ts")).default,
  "tokenlearn-en": async () => (await import("./tokenlearn-en.ts")).default,
};
