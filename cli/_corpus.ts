import { sourceTexts } from "../distill/mod.ts";
import type { Hub } from "../hub/mod.ts";
import { loadRecipe, recipeTexts } from "../recipes/mod.ts";
import type { Options } from "./_command.ts";

/** Options that name texts. */
export const CORPUS_OPTIONS = {
  texts: {
    type: "string",
    multiple: true,
    placeholder: "SOURCE",
    description: "Texts to count in: a file, a glob, a .txt with a text a line, or hf://datasets/OWNER/NAME",
  },
  recipe: {
    type: "string",
    placeholder: "RECIPE",
    description: "The texts of this recipe's data sets, by the columns and rows that it names",
  },
} as const satisfies Options;

/** What {@linkcode CORPUS_OPTIONS} come to. */
export interface CorpusArguments {
  /** Sources. */
  texts: string[];
  /** A recipe. */
  recipe?: string | undefined;
}

/** The texts that a command line names, from their beginning at every call; undefined if it names none. */
export function corpus(
  { texts, recipe }: CorpusArguments,
): ((hub: Hub) => AsyncGenerator<string[]>) | undefined {
  if (texts.length === 0 && recipe === undefined) return undefined;
  return async function* (hub) {
    for (const source of texts) yield* sourceTexts(source, { hub });
    if (recipe === undefined) return;
    for await (const { texts: some } of recipeTexts(await loadRecipe(recipe), { hub })) yield some;
  };
}

/**
 * The words of a file, one a line; empty lines are passed over.
 *
 * @throws {RangeError} if there is no such file
 */
export async function readWords(path: string): Promise<string[]> {
  const text = await Deno.readTextFile(path).catch((cause) => {
    throw new RangeError(`Cannot read ${path}: there is no such file; name a file with a word a line`, {
      cause,
    });
  });
  return text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "");
}
