import assert from "node:assert/strict";
import { minimalRecipe } from "./_minimal_recipe.ts";
import {
  coSent,
  gist,
  globalOrthogonalRegularization,
  matryoshka,
  multipleNegativesRanking,
  sum,
  weighted,
} from "./loss_records.ts";
import type { CurriculumRecipe } from "./curriculum_recipe.ts";
import type { OptimizerRecipe } from "./recipe.ts";
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
    duplicates: "drop",
    weight: 1,
    loss: null,
    revision: null,
  });
  assert.deepEqual(training, {
    learningRate: 0.2,
    epochs: 1,
    maxSteps: null,
    batchSize: 2048,
    warmupRatio: 0.1,
    warmupSteps: null,
    schedule: "linear",
    decayRatio: 0.1,
    optimizer: { kind: "adamw", betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 },
    maxGradNorm: 1,
    accumulationSteps: 1,
    frequencyPower: 0,
    precision: "float32",
    batchSampler: "noDuplicates",
    mixing: "proportional",
    curriculum: null,
    evalSteps: null,
    bestModel: null,
    saveSteps: null,
    saveTotalLimit: null,
    logSteps: 10,
  });
});

Deno.test("resolveRecipe fills in what a curriculum leaves out", () => {
  const resolve = (curriculum: CurriculumRecipe): unknown =>
    resolveRecipe({ ...minimalRecipe(), training: { learningRate: 0.2, curriculum } }).training.curriculum;
  const by = { kind: "length" } as const;
  const rest = { order: "easyFirst", weightPower: null };
  assert.deepEqual(resolve({ by }), { by, pacing: { kind: "root", start: 0.2, until: 0.5 }, ...rest });
  const pacing = { kind: "linear", until: 1 } as const;
  assert.deepEqual(resolve({ by, pacing }), { by, pacing: { ...pacing, start: 0.2 }, ...rest });
});

Deno.test("resolveRecipe fills in the temperature of weighted mixing", () => {
  const { training } = resolveRecipe({
    ...minimalRecipe(),
    training: { learningRate: 0.2, mixing: { kind: "weighted" } },
  });
  assert.deepEqual(training.mixing, { kind: "weighted", temperature: 1 });
});

Deno.test("resolveRecipe fills in the options of every optimizer", () => {
  const filled = (optimizer: OptimizerRecipe): unknown =>
    resolveRecipe({ ...minimalRecipe(), training: { learningRate: 0.2, optimizer } }).training.optimizer;
  const adam = { betas: [0.9, 0.999], epsilon: 1e-8 };
  assert.deepEqual(filled({ kind: "caughtUpAdamw", denseSteps: 5 }), {
    kind: "caughtUpAdamw",
    ...adam,
    weightDecay: 0,
    denseSteps: 5,
  });
  assert.deepEqual(filled({ kind: "caughtUpAdamw" }), {
    kind: "caughtUpAdamw",
    ...adam,
    weightDecay: 0,
    denseSteps: 100,
  });
  assert.deepEqual(filled({ kind: "sparseAdam" }), { kind: "sparseAdam", ...adam });
  assert.deepEqual(filled({ kind: "sgd" }), { kind: "sgd", momentum: 0.9, weightDecay: 0 });
  assert.deepEqual(filled({ kind: "rowwiseAdagrad" }), { kind: "rowwiseAdagrad", epsilon: 1e-8 });
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

Deno.test("resolveRecipe fills in a loss inside a loss, and that of a data set", () => {
  const inner = gist({ guide: "models/guide" });
  const recipe = resolveRecipe({
    ...minimalRecipe(),
    datasets: {
      pairs: { source: "pairs.jsonl" },
      scored: { source: "scored.jsonl", loss: matryoshka(coSent({ scale: 10 }), { dims: [64, 32] }) },
    },
    loss: sum([
      matryoshka(inner, { dims: [64, 16], weights: [1, 2], dimsPerStep: 1 }),
      weighted(globalOrthogonalRegularization(), 0.1),
    ]),
  });
  const filledGist = {
    kind: "gist",
    guide: "models/guide",
    temperature: 0.01,
    marginStrategy: "absolute",
    margin: 0,
    contrastAnchors: true,
    contrastPositives: true,
  };
  const spread = {
    kind: "globalOrthogonalRegularization",
    meanWeight: 1,
    secondMomentWeight: 1,
    aggregation: "mean",
  };
  const sizes = { kind: "matryoshka", loss: filledGist, dims: [16, 64], weights: [2, 1], dimsPerStep: 1 };
  assert.deepEqual(recipe.loss, {
    kind: "sum",
    losses: [{ loss: sizes, weight: 1 }, { loss: spread, weight: 0.1 }],
  });
  assert.equal(recipe.datasets.pairs.loss, null);
  assert.deepEqual(recipe.datasets.scored.loss, {
    kind: "matryoshka",
    loss: { kind: "coSent", scale: 10 },
    dims: [32, 64],
    weights: null,
    dimsPerStep: null,
  });
});
