import assert from "node:assert/strict";
import { distill, foldWeights, Teacher } from "../distill/mod.ts";
import { withTestTeacher } from "../distill/_test_teacher.ts";
import { StaticModel } from "../model/mod.ts";
import { buildWordPieceTokenizer, loadTokenizer } from "../text/mod.ts";
import { drawTable, initialTable } from "./_initial_table.ts";
import { minimalRecipe } from "./_minimal_recipe.ts";
import { resolveRecipe } from "./resolve.ts";

const DIM = 3;

/** Nothing is counted where no table is weighted. */
const PLACES = { countTokens: () => Promise.reject(new Error("tokens were counted")) };

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

Deno.test("initialTable weighs drawn rows by how rare their tokens are in all data sets together", async () => {
  const tokenizer = await tokenizerOf("oak ash oak ash");
  const vocab = tokenizer.vocabSize;
  const counts = [new Float64Array(vocab), new Float64Array(vocab)];
  counts[0][0] = 60;
  counts[1][0] = 15;
  counts[1][1] = 25;
  const recipe = recipeFrom({ draw: "normal", sifCoefficient: 0.25 });
  const { table, matched } = await initialTable(recipe, tokenizer, {
    countTokens: () => Promise.resolve(counts),
  });
  assert.equal(matched, undefined);
  const weights = [0.25 / (0.25 + 0.75), 0.25 / (0.25 + 0.25)];
  const expected = drawTable(recipe, vocab).map((value, i) => value * (weights[Math.floor(i / DIM)] ?? 1));
  assert.deepEqual(table, expected);
});

Deno.test("initialTable takes the rows of a saved model by their tokens' text, from any tokenizer", async () => {
  const folder = await Deno.makeTempDir();
  const saved = await tokenizerOf("oak ash elm oak ash elm");
  const table = Float32Array.from({ length: saved.vocabSize * DIM }, (_, i) => 10 + i);
  await StaticModel.create({ table, dim: DIM, tokenizer: saved }).save(folder);
  const tokenizer = await tokenizerOf("ash yew ash yew");
  const found = await initialTable(recipeFrom({ from: folder }), tokenizer, PLACES);
  const rowOf = (values: Float32Array, id: number) => [...values.subarray(id * DIM, (id + 1) * DIM)];
  assert.deepEqual(rowOf(found.table, tokenizer.idOf("ash")!), rowOf(table, saved.idOf("ash")!));
  assert.equal(saved.idOf("yew"), undefined);
  assert.ok(rowOf(found.table, tokenizer.idOf("yew")!).every((x) => x !== 0 && Math.abs(x) < 10 * 40));
  const common = Array.from({ length: tokenizer.vocabSize }, (_, id) => tokenizer.tokenOf(id)!)
    .filter((token) => saved.idOf(token) !== undefined);
  assert.equal(found.matched, common.length);
  await assert.rejects(initialTable(recipeFrom({ from: folder }, 4), tokenizer, PLACES), {
    name: "RangeError",
    message: /^Cannot start from .*: it has 3 dimensions and the recipe 4; set model\.dim=3$/,
  });
  saved.dispose();
  tokenizer.dispose();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("initialTable multiplies the rows of a saved model by the weights that lie beside them", async () => {
  const folder = await Deno.makeTempDir();
  const tokenizer = await tokenizerOf("oak ash oak ash");
  const table = Float32Array.from({ length: tokenizer.vocabSize * DIM }, (_, i) => 10 + i);
  const weights = Float64Array.from({ length: tokenizer.vocabSize }, (_, id) => 1 / (1 + id));
  await StaticModel.create({ table, dim: DIM, tokenizer, weights }).save(folder);
  const { table: found } = await initialTable(recipeFrom({ from: folder }), tokenizer, PLACES);
  assert.deepEqual(found, table.map((value, i) => value * weights[Math.floor(i / DIM)]));
  tokenizer.dispose();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("initialTable averages rows from pieces where the recipe says carry", async () => {
  const folder = await Deno.makeTempDir();
  const saved = await tokenizerOf("oak ash oak ash");
  const table = Float32Array.from({ length: saved.vocabSize * DIM }, (_, i) => 10 + i);
  await StaticModel.create({ table, dim: DIM, tokenizer: saved }).save(folder);
  const tokenizer = await tokenizerOf("oakash oakash oak oak");
  const { table: found, matched, averaged } = await initialTable(
    recipeFrom({ from: folder, carry: true }),
    tokenizer,
    PLACES,
  );
  const rowOf = (values: Float32Array, id: number) => [...values.subarray(id * DIM, (id + 1) * DIM)];
  assert.deepEqual(rowOf(found, tokenizer.idOf("oak")!), rowOf(table, saved.idOf("oak")!));
  const pieces = [...saved.encode("oakash")];
  assert.ok(pieces.length > 1 && averaged! > 0 && matched! > 0);
  const mean = Array.from({ length: DIM }, (_, i) => {
    return pieces.reduce((sum, id) => sum + table[id * DIM + i], 0) / pieces.length;
  });
  // Sums of a few float32 numbers below 1,000.
  rowOf(found, tokenizer.idOf("oakash")!).forEach((value, i) => assert.ok(Math.abs(value - mean[i]) < 1e-3));
  await assert.rejects(
    initialTable(recipeFrom({ from: folder, carry: true }, 4), tokenizer, PLACES),
    /it has 3 dimensions and the recipe 4; set model\.dim=3$/,
  );
  saved.dispose();
  tokenizer.dispose();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("initialTable distils a transformer: what Model2Vec's method makes of the recipe's tokens", async () => {
  await withTestTeacher(async (folder) => {
    const teacher = await Teacher.load(folder);
    const { tokenizer } = teacher;
    const { table, matched } = await initialTable(recipeFrom({ distill: folder }), tokenizer, PLACES);
    const { parts } = await distill(teacher, { pca: DIM });
    const expected = foldWeights(parts);
    const distilled = await loadTokenizer(parts.tokenizerJson, "test");
    assert.equal(matched, distilled.vocabSize);
    for (let id = 0; id < distilled.vocabSize; id++) {
      const own = tokenizer.idOf(distilled.tokenOf(id)!)!;
      const row = table.subarray(own * DIM, (own + 1) * DIM);
      assert.deepEqual([...row], [...expected.table.subarray(id * DIM, (id + 1) * DIM)]);
    }
    await assert.rejects(
      initialTable(recipeFrom({ distill: folder, pca: false }), tokenizer, PLACES),
      /it has 4 dimensions and the recipe 3; set model\.dim=4$/,
    );
    await assert.rejects(
      initialTable(recipeFrom({ distill: folder }, 9), tokenizer, PLACES),
      /the vectors have 4/,
    );
    teacher.dispose();
  });
});
