import assert from "node:assert/strict";
import { minimalRecipe } from "./_minimal_recipe.ts";
import { matryoshka, multipleNegativesRanking } from "./losses.ts";
import { recipeJson, resolveRecipe } from "./resolve.ts";

Deno.test("resolveRecipe fills in every default", () => {
  const { training, datasets, model, evaluation, seed } = resolveRecipe(minimalRecipe());
  assert.equal(seed, 12);
  assert.deepEqual(model, { dim: 64, init: "normal", normalize: false });
  assert.deepEqual(evaluation, []);
  assert.deepEqual(datasets.pairs, {
    source: "pairs.jsonl",
    config: null,
    split: "train",
    columns: null,
    take: null,
    heldOut: 0,
  });
  assert.deepEqual(training, {
    learningRate: 0.2,
    epochs: 1,
    maxSteps: null,
    batchSize: 2048,
    warmupRatio: 0.1,
    warmupSteps: null,
    schedule: "linear",
    optimizer: { kind: "adamw", betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 },
    maxGradNorm: 1,
    batchSampler: "noDuplicates",
    mixing: "proportional",
    evalSteps: null,
    saveSteps: null,
    saveTotalLimit: null,
    logSteps: 10,
  });
});

Deno.test("resolveRecipe leaves the warm-up ratio out where the steps are given", () => {
  const recipe = { ...minimalRecipe(), training: { learningRate: 0.2, warmupSteps: 7 } };
  const { warmupRatio, warmupSteps } = resolveRecipe(recipe).training;
  assert.deepEqual({ warmupRatio, warmupSteps }, { warmupRatio: null, warmupSteps: 7 });
});

Deno.test("resolveRecipe sorts the Matryoshka sizes and their weights together", () => {
  const loss = matryoshka(multipleNegativesRanking(), { dims: [64, 16, 32], weights: [3, 1, 2] });
  const resolved = resolveRecipe({ ...minimalRecipe(), loss }).loss;
  assert.ok(resolved.kind === "matryoshka");
  assert.deepEqual([resolved.dims, resolved.weights], [[16, 32, 64], [1, 2, 3]]);
});

Deno.test("recipeJson is itself a recipe, and gives the same bytes whatever the order of keys", () => {
  const recipe = minimalRecipe();
  const json = recipeJson(resolveRecipe(recipe));
  assert.equal(recipeJson(resolveRecipe(JSON.parse(json))), json);
  const reversed = Object.fromEntries(Object.entries(recipe).reverse());
  assert.equal(recipeJson(resolveRecipe(reversed)), json);
});
