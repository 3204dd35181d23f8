import assert from "node:assert/strict";
import reference from "../bench/recipes/reference-en.ts";
import type { Recipe } from "./recipe.ts";
import { resolveRecipe } from "./resolve.ts";
import { SHIPPED_RECIPES } from "./shipped.ts";

interface SeedFacts {
  tokenizer: string;
  dim: number;
  matryoshkaDims: number[];
  evalSteps: number;
  saveSteps: number;
  saveTotalLimit: number;
  logSteps: number;
  datasets: { name: string; dataset: string }[];
}

const facts = JSON.parse(
  await Deno.readTextFile(new URL("../fixtures/recipes/seed_recipes.json", import.meta.url)),
);

function assertMatches(recipe: Recipe, seed: SeedFacts): void {
  const resolved = resolveRecipe(recipe);
  const { epochs, batchSize, learningRate, warmupRatio, seed: seedNumber, scale } = facts.shared;
  assert.equal(resolved.tokenizer, `hf://models/${seed.tokenizer}`);
  assert.equal(resolved.seed, seedNumber);
  assert.equal(resolved.model.dim, seed.dim);
  assert.partialDeepStrictEqual(resolved.loss, {
    kind: "matryoshka",
    loss: { kind: "multipleNegativesRanking", scale },
    weights: null,
  });
  assert.deepEqual("dims" in resolved.loss && resolved.loss.dims, seed.matryoshkaDims);
  const { evalSteps, saveSteps, saveTotalLimit, logSteps } = seed;
  const expected = {
    epochs,
    batchSize,
    learningRate,
    warmupRatio,
    evalSteps,
    saveSteps,
    saveTotalLimit,
    logSteps,
  };
  assert.deepEqual({ ...resolved.training, ...expected }, resolved.training);
  assert.equal(resolved.training.batchSampler, "noDuplicates");
  assert.equal(resolved.training.mixing, "proportional");
  const rows = Object.entries(resolved.datasets).map(([name, { source, ...rest }]) => {
    return { name, dataset: source.replace("hf://datasets/", ""), ...rest };
  });
  assert.partialDeepStrictEqual(rows, seed.datasets);
  assert.equal(rows.length, seed.datasets.length);
}

Deno.test("retrieval-en holds every data set and argument of the published model", async () => {
  const recipe = await SHIPPED_RECIPES["retrieval-en"]();
  assert.equal(facts["static-retrieval-mrl-en-v1"].datasets.length, 13);
  assertMatches(recipe, facts["static-retrieval-mrl-en-v1"]);
  assert.equal(recipe.evaluation?.[0].kind, "nanoBeir");
});

Deno.test("similarity-multilingual holds every data set and argument of the published model", async () => {
  const recipe = await SHIPPED_RECIPES["similarity-multilingual"]();
  assert.equal(facts["static-similarity-mrl-multilingual-v1"].datasets.length, 19);
  assertMatches(recipe, facts["static-similarity-mrl-multilingual-v1"]);
  assert.ok(recipe.evaluation?.every((each) => each.kind === "sts"));
});

Deno.test("quickstart resolves, builds its vocabulary and scores what it holds out", async () => {
  const recipe = resolveRecipe(await SHIPPED_RECIPES.quickstart());
  assert.equal(typeof recipe.tokenizer, "object");
  assert.equal(recipe.evaluation[0].kind, "heldOutRetrieval");
  assert.ok(Object.values(recipe.datasets).every((each) => each.source.includes("/node_modules/")));
});

Deno.test("the recipes of distillation resolve: what they train on, begin with and are scored by", async () => {
  const bge = resolveRecipe(await SHIPPED_RECIPES["distill-bge-m3"]());
  assert.deepEqual([bge.model.dim, bge.loss.kind, bge.evaluation[0].kind], [
    1024,
    "mse",
    "heldOutTeacherVectors",
  ]);
  assert.partialDeepStrictEqual(bge.model.init, { distill: "hf://models/BAAI/bge-m3", pca: false });
  const model2vec = resolveRecipe(await SHIPPED_RECIPES["model2vec-en"]());
  assert.deepEqual([model2vec.model.dim, model2vec.model.normalize, model2vec.training.maxSteps], [
    256,
    true,
    0,
  ]);
  // The defaults of Model2Vec.
  assert.partialDeepStrictEqual(model2vec.model.init, { pooling: "mean", pca: true, sifCoefficient: 1e-4 });
  const tokenlearn = resolveRecipe(await SHIPPED_RECIPES["tokenlearn-en"]());
  assert.partialDeepStrictEqual(tokenlearn.loss, { kind: "teacherContrast", scale: 1 / 0.07 });
  assert.equal(tokenlearn.tokenizer, model2vec.tokenizer);
  assert.deepEqual(tokenlearn.model, model2vec.model);
});

Deno.test("reference-en trains the four data sets without holding rows out", () => {
  const recipe = resolveRecipe(reference);
  assert.deepEqual(
    Object.values(recipe.datasets).map(({ source, config, heldOut }) => [source, config, heldOut]),
    [
      ["hf://datasets/lathe-data/wordnet", "definitions", 0],
      ["hf://datasets/lathe-data/wordnet", "examples", 0],
      ["hf://datasets/lathe-data/medquad", null, 0],
      ["hf://datasets/lathe-data/squad-sentences", null, 0],
    ],
  );
  assert.deepEqual(recipe.evaluation.map((each) => each.kind), ["nanoBeir", "sts"]);
});

Deno.test("retrieval-en-plus has the data, loss and scores of retrieval-en, and a better start", async () => {
  const plain = resolveRecipe(await SHIPPED_RECIPES["retrieval-en"]());
  const plus = resolveRecipe(await SHIPPED_RECIPES["retrieval-en-plus"]());
  assert.deepEqual(plus.model.init, { draw: "normal", sifCoefficient: 1e-3 });
  const { name, model: { init }, training: { learningRate, mixing } } = plain;
  const back = {
    ...plus,
    name,
    model: { ...plus.model, init },
    training: { ...plus.training, learningRate, mixing },
  };
  assert.deepEqual(back, plain);
});
