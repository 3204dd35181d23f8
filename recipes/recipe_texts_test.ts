import assert from "node:assert/strict";
import { join } from "node:path";
import { minimalRecipe } from "./_minimal_recipe.ts";
import { type RecipeTexts, recipeTexts, type RecipeTextsOptions } from "./recipe_texts.ts";
import { resolveRecipe } from "./resolve.ts";

async function textsOf(datasets: unknown, options?: RecipeTextsOptions): Promise<RecipeTexts[]> {
  return await Array.fromAsync(recipeTexts(resolveRecipe({ ...minimalRecipe(), datasets }), options));
}

Deno.test("recipeTexts() reads the text columns that data sets name, set after set", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [pairs, scored] = ["pairs.jsonl", "scored.jsonl"].map((name) => join(folder, name));
    const lines = (rows: object[]): string => rows.map((row) => JSON.stringify(row)).join("\n");
    await Deno.writeTextFile(
      pairs,
      lines([{ id: "x", asked: "a", found: "b" }, { id: "y", asked: " ", found: "c" }]),
    );
    await Deno.writeTextFile(
      scored,
      lines([{ first: "d", second: "e", score: 1 }, { first: "f", second: "g", score: 0 }]),
    );
    const datasets = {
      pairs: { source: pairs, columns: ["asked", "found"] },
      scored: { source: scored, take: 1 },
    };
    const all = await textsOf(datasets);
    assert.deepEqual(all.flatMap(({ texts }) => texts), ["a", "b", "c", "d", "e"]);
    assert.deepEqual([...new Set(all.map(({ dataset }) => dataset))], ["pairs", "scored"]);
    assert.equal(all[0].share, undefined);
    const asked = await textsOf(datasets, { columns: ["found", "second"], take: 2 });
    assert.deepEqual(asked.flatMap(({ texts }) => texts), ["b", "e"]);
    await assert.rejects(
      textsOf(datasets, { columns: ["answer"] }),
      /^RangeError: Cannot read the texts of small: no data set has a column answer; name others$/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
