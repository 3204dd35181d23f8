import assert from "node:assert/strict";
import { StaticModel } from "../model/mod.ts";
import { buildWordPieceTokenizer, loadTokenizer } from "../text/mod.ts";
import { drawTable, initialTable } from "./_initial_table.ts";
import { minimalRecipe } from "./_minimal_recipe.ts";
import { resolveRecipe } from "./resolve.ts";

const DIM = 3;

async function tokenizerOf(...texts: string[]) {
  return await loadTokenizer(buildWordPieceTokenizer(texts, { vocabSize: 100 }), "test");
}

function recipeFrom(init: unknown, dim = DIM) {
  const loss = { kind: "multipleNegativesRanking" };
  return resolveRecipe({ ...minimalRecipe(), model: { dim, init }, loss });
}

Deno.test("drawTable gives the same numbers for the same seed and other ones for another draw", () => {
  const recipe = recipeFrom("normal");
  assert.deepEqual(drawTable(recipe, 5), drawTable(recipe, 5));
  assert.notDeepEqual(drawTable(recipe, 5), drawTable(recipe, 5, 1));
  assert.notDeepEqual(drawTable(recipe, 5), drawTable({ ...recipe, seed: recipe.seed + 1 }, 5));
});

Deno.test("initialTable takes the rows of a saved model by their tokens' text, from any tokenizer", async () => {
  const folder = await Deno.makeTempDir();
  const saved = await tokenizerOf("oak ash elm oak ash elm");
  const table = Float32Array.from({ length: saved.vocabSize * DIM }, (_, i) => 10 + i);
  await StaticModel.create({ table, dim: DIM, tokenizer: saved }).save(folder);
  const tokenizer = await tokenizerOf("ash yew ash yew");
  const found = await initialTable(recipeFrom({ from: folder }), tokenizer, {});
  const rowOf = (values: Float32Array, id: number) => [...values.subarray(id * DIM, (id + 1) * DIM)];
  assert.deepEqual(rowOf(found.table, tokenizer.idOf("ash")!), rowOf(table, saved.idOf("ash")!));
  assert.equal(saved.idOf("yew"), undefined);
  assert.ok(rowOf(found.table, tokenizer.idOf("yew")!).every((x) => x !== 0 && Math.abs(x) < 10 * 40));
  const common = Array.from({ length: tokenizer.vocabSize }, (_, id) => tokenizer.tokenOf(id)!)
    .filter((token) => saved.idOf(token) !== undefined);
  assert.equal(found.matched, common.length);
  await assert.rejects(initialTable(recipeFrom({ from: folder }, 4), tokenizer, {}), {
    name: "RangeError",
    message: /^Cannot start from .*: it has 3 dimensions and the recipe 4; set model\.dim=3$/,
  });
  saved.dispose();
  tokenizer.dispose();
  await Deno.remove(folder, { recursive: true });
});
