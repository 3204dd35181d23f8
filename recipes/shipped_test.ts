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
