import { readRows, resolveModelPath, resolveSource } from "../data/mod.ts";
import { buildWordPieceTokenizer, loadTokenizer, type Tokenizer } from "../text/mod.ts";
import type { ResolvedRecipe, TokenizerBuild } from "./recipe.ts";

/** Where a recipe's files are looked for. */
export interface RecipePlaces {
  /** Folder that mirrors the hub, for `hf://` addresses. */
  hubMirror?: string;
}

/** The tokenizer that a recipe names, or that it asks to build from its own texts. */
export async function recipeTokenizer(recipe: ResolvedRecipe, places: RecipePlaces): Promise<Tokenizer> {
  if (typeof recipe.tokenizer !== "string") return await buildTokenizer(recipe, recipe.tokenizer, places);
  const path = await resolveModelPath(recipe.tokenizer, places);
  const file = path.endsWith(".json") ? path : `${path}/tokenizer.json`;
  try {
    return await loadTokenizer(await Deno.readFile(file), file);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
    throw new RangeError(
      `Cannot load the tokenizer: ${file} is not there; name a tokenizer.json or its folder`,
      {
        cause: error,
      },
    );
  }
}

async function buildTokenizer(
  recipe: ResolvedRecipe,
  { vocabSize }: TokenizerBuild,
  places: RecipePlaces,
): Promise<Tokenizer> {
  const texts: string[] = [];
  for (const { source, config, split, columns, take } of Object.values(recipe.datasets)) {
    const resolved = await resolveSource(source, { ...places, config: config ?? undefined, split });
    for await (
      const rows of readRows(resolved, { columns: columns ?? undefined, limit: take ?? undefined })
    ) {
      for (const value of rows.flatMap((row) => Object.values(row))) {
        if (typeof value === "string") texts.push(value);
      }
    }
  }
  const json = buildWordPieceTokenizer(texts, { vocabSize });
  return await loadTokenizer(json, `the vocabulary of ${recipe.name}`);
}
