import type { Hub } from "../hub/mod.ts";
import { readRows, resolveSource } from "../data/mod.ts";
import { resolveModelPath } from "../hub/mod.ts";
import { buildWordPieceTokenizer, loadTokenizer, type Tokenizer } from "../text/mod.ts";
import type { ResolvedRecipe, TokenizerBuild } from "./recipe.ts";

/** Where a recipe's files are looked for. */
export interface RecipePlaces {
  /** Where `hf://` addresses are looked up. @default the network */
  hub?: Hub;
}

/** Where files are looked for, and who hears how far the reading is. */
export interface RecipeTokenizerOptions extends RecipePlaces {
  /** Called as rows are read for a vocabulary. */
  onRows?: (dataset: string, rows: number) => void;
}

/** The tokenizer that a recipe names, or that it asks to build from its own texts. */
export async function recipeTokenizer(
  recipe: ResolvedRecipe,
  options: RecipeTokenizerOptions,
): Promise<Tokenizer> {
  if (typeof recipe.tokenizer !== "string") return await buildTokenizer(recipe, recipe.tokenizer, options);
  const places: RecipePlaces = options;
  // Of a model on the hub only this one file is wanted.
  const onHub = recipe.tokenizer.startsWith("hf://") && !recipe.tokenizer.endsWith(".json");
  const path = await resolveModelPath(
    onHub ? `${recipe.tokenizer}/tokenizer.json` : recipe.tokenizer,
    places,
  );
  const file = path.endsWith(".json") ? path : `${path}/tokenizer.json`;
  try {
    return await loadTokenizer(await Deno.readFile(file), file);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
    throw new RangeError(
      `Cannot load the tokenizer: ${file} is not there; name a tokenizer.json, its folder, or hf://models/OWNER/NAME`,
      {
        cause: error,
      },
    );
  }
}

async function buildTokenizer(
  recipe: ResolvedRecipe,
  { vocabSize }: TokenizerBuild,
  { onRows, ...places }: RecipeTokenizerOptions,
): Promise<Tokenizer> {
  const texts: string[] = [];
  for (const [name, { source, config, revision, split, columns, take }] of Object.entries(recipe.datasets)) {
    const resolved = await resolveSource(source, {
      ...places,
      config: config ?? undefined,
      revision: revision ?? undefined,
      split,
    });
    const options = { columns: columns ?? undefined, limit: take ?? undefined, hub: places.hub };
    let read = 0;
    for await (const rows of readRows(resolved, options)) {
      for (const value of rows.flatMap((row) => Object.values(row))) {
        if (typeof value === "string") texts.push(value);
      }
      onRows?.(name, read += rows.length);
    }
  }
  const json = buildWordPieceTokenizer(texts, { vocabSize });
  return await loadTokenizer(json, `the vocabulary of ${recipe.name}`);
}
