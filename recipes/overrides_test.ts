import assert from "node:assert/strict";
import { minimalRecipe } from "./_minimal_recipe.ts";
import { applyOverrides } from "./overrides.ts";
import { resolveRecipe } from "./resolve.ts";

function overridden(...overrides: string[]): ReturnType<typeof resolveRecipe> {
  const recipe = minimalRecipe();
  return resolveRecipe(applyOverrides(recipe, overrides, resolveRecipe(recipe)));
}

Deno.test("applyOverrides sets fields that the recipe has, and fields that it leaves out", () => {
  const recipe = overridden("training.batchSize=512", "seed=3", "datasets.pairs.take=10", "name=other");
  assert.equal(recipe.training.batchSize, 512);
  assert.equal(recipe.seed, 3);
  assert.equal(recipe.datasets.pairs.take, 10);
  assert.equal(recipe.name, "other");
});

Deno.test("applyOverrides reaches records left to their defaults, and entries of lists", () => {
  const recipe = overridden(
    "training.optimizer.weightDecay=0.1",
    "training.optimizer.betas.0=0.8",
    'evaluation=[{"kind":"nanoBeir"}]',
    "evaluation.0.source=hf://datasets/a/b",
  );
  assert.deepEqual(recipe.training.optimizer, {
    kind: "adamw",
    betas: [0.8, 0.999],
    epsilon: 1e-8,
    weightDecay: 0.1,
  });
  const [{ kind, ...evaluation }] = recipe.evaluation;
  assert.equal(kind, "nanoBeir");
  assert.deepEqual(evaluation, {
    source: "hf://datasets/a/b",
    ...Object.fromEntries(
      ["benchmark", "collections", "definitions", "excludeSameId", "mainMetric", "name"].map((
        name,
      ) => [name, null]),
    ),
  });
});

Deno.test("applyOverrides leaves the recipe it is given as it is", () => {
  const recipe = minimalRecipe();
  applyOverrides(recipe, ["model.dim=8"]);
  assert.deepEqual(recipe, minimalRecipe());
});

Deno.test("applyOverrides leads to the schema's own sentences", () => {
  assert.throws(
    () => overridden("training.batchsize=512"),
    /batchsize is not a known key; did you mean batchSize\?/,
  );
  assert.throws(
    () => overridden("trainning.batchSize=512"),
    /trainning is not a known key; did you mean training\?/,
  );
  assert.throws(
    () => overridden("training.batchSize=many"),
    /batchSize is "many"; it must be a whole number/,
  );
  assert.throws(() => overridden("__proto__.x=1"), /__proto__ is not a known key/);
});

Deno.test("applyOverrides refuses what is no path to a field", () => {
  assert.throws(() => overridden("training.batchSize"), {
    name: "SyntaxError",
    message: /not of the form PATH=VALUE/,
  });
  assert.throws(() => overridden("=3"), { name: "SyntaxError" });
  assert.throws(() => overridden("name.first=a"), /name has no fields; set name itself/);
  assert.throws(
    () => overridden("loss.dims.x=3"),
    /loss\.dims is a list of 2; name an entry by its index, from 0/,
  );
});
