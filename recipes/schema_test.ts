import assert from "node:assert/strict";
import { minimalRecipe } from "./_minimal_recipe.ts";
import type { v } from "./_valibot.ts";
import type { Recipe, ResolvedRecipe } from "./recipe.ts";
import { resolveRecipe } from "./resolve.ts";
import { RECIPE_SCHEMA, recipeJsonSchema } from "./schema.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
/** Spelled out field by field, so that two ways of writing the same type compare equal; read-only or not. */
type Plain<T> = T extends object ? { -readonly [K in keyof T]: Plain<T[K]> } : T;

Deno.test("RECIPE_SCHEMA has exactly the types Recipe and ResolvedRecipe", () => {
  const input: Same<Plain<v.InferInput<typeof RECIPE_SCHEMA>>, Plain<Recipe>> = true;
  const output: Same<Plain<v.InferOutput<typeof RECIPE_SCHEMA>>, Plain<ResolvedRecipe>> = true;
  assert.ok(input && output); // the check is the type checker's: a drift does not compile
});

/** One wrong thing each, and the sentence it must give. */
const REFUSED: [string, (recipe: Record<string, never>) => unknown, string][] = [
  ["unknown key", (r) => ({ ...r, sede: 1 }), "sede is not a known key; did you mean seed?"],
  [
    "unknown nested key",
    (r) => ({ ...r, training: { learningRate: 0.2, batchsize: 8 } }),
    "training.batchsize is not a known key; did you mean batchSize?",
  ],
  [
    "unknown key like no other",
    (r) => ({ ...r, model: { dim: 64, zzzzzzzzz: 1 } }),
    "model.zzzzzzzzz is not a known key; known here: dim, init, normalize",
  ],
  [
    "a start of another kind",
    (r) => ({ ...r, model: { dim: 64, init: { draw: "uniform" } } }),
    'model.init.draw is "uniform"; it must be normal',
  ],
  [
    "unknown key in a start",
    (r) => ({ ...r, model: { dim: 64, init: { distill: "bge", pcaa: true } } }),
    "model.init.pcaa is not a known key; did you mean pca?",
  ],
  [
    "two starts",
    (r) => ({ ...r, model: { dim: 64, init: { from: "a", distill: "b" } } }),
    "model.init.distill is not a known key; known here: from, carry",
  ],
  [
    "no start that is known",
    (r) => ({ ...r, model: { dim: 64, init: { distil: "bge" } } }),
    'model.init is a record; it must be "normal", {draw: "normal"}, {from: a saved model}, ' +
    "{distill: a transformer} or {seeds, steps}",
  ],
  [
    "mistyped required key",
    (r) => ({ ...r, training: { learningrate: 0.2 } }),
    "training.learningrate is not a known key; did you mean learningRate? (and 1 more)",
  ],
  [
    "wrong type",
    (r) => ({ ...r, training: { learningRate: "fast" } }),
    'training.learningRate is "fast"; it must be a number above 0',
  ],
  [
    "out of range",
    (r) => ({ ...r, training: { learningRate: 0.2, batchSize: 1 } }),
    "training.batchSize is 1; it must be a whole number of at least 2",
  ],
  [
    "not finite",
    (r) => ({ ...r, training: { learningRate: Infinity } }),
    "training.learningRate is Infinity; it must be a number above 0",
  ],
  [
    "warm-up above 1",
    (r) => ({ ...r, training: { learningRate: 0.2, warmupRatio: 2 } }),
    "training.warmupRatio is 2; it must be a number from 0 to 1",
  ],
  [
    "two warm-ups",
    (r) => ({ ...r, training: { learningRate: 0.2, warmupRatio: 0.1, warmupSteps: 5 } }),
    "training.warmupRatio and training.warmupSteps are both given; set one of them to null",
  ],
  [
    "missing field",
    (r) => ({ ...r, training: {} }),
    "training.learningRate is missing; add it: Rate at its highest",
  ],
  ["no data set", (r) => ({ ...r, datasets: {} }), "datasets names no data set; name at least one"],
  [
    "negative heldOut",
    (r) => ({ ...r, datasets: { a: { source: "a.csv", heldOut: -1 } } }),
    "datasets.a.heldOut is -1; it must be a whole number of at least 0",
  ],
  [
    "unknown key in heldOut",
    (r) => ({ ...r, datasets: { a: { source: "a.csv", heldOut: { spilt: "dev" } } } }),
    "datasets.a.heldOut.spilt is not a known key; did you mean split?",
  ],
  [
    "mistyped word",
    (r) => ({ ...r, training: { learningRate: 0.2, mixing: "roundrobin" } }),
    'training.mixing is "roundrobin"; it must be one of proportional, roundRobin; did you mean roundRobin?',
  ],
  [
    "unknown loss",
    (r) => ({ ...r, loss: { kind: "multipleNegativeRanking" } }),
    'loss.kind is "multipleNegativeRanking"; it must be one of multipleNegativesRanking, multiple',
  ],
  [
    "loss that is a word",
    (r) => ({ ...r, loss: "matryoshka" }),
    'loss is "matryoshka"; it must be a record with a kind',
  ],
  [
    "size above the dimension",
    (r) => ({ ...r, model: { dim: 32 } }),
    "loss.dims are 64, 32 for model.dim 32; the largest size must be model.dim",
  ],
  [
    "dimension above the sizes",
    (r) => ({ ...r, model: { dim: 100 } }),
    "loss.dims are 64, 32 for model.dim 100; the largest size must be model.dim",
  ],
  [
    "evaluation without held-out rows",
    (r) => ({ ...r, evaluation: [{ kind: "heldOutRetrieval" }] }),
    "evaluation asks for heldOutRetrieval, but no data set holds rows out; set heldOut on one",
  ],
  [
    "unknown schedule",
    (r) => ({ ...r, training: { learningRate: 0.2, schedule: "cosin" } }),
    'training.schedule is "cosin"; it must be one of linear, constant, cosine, warmupStableDecay; did you mean cosine?',
  ],
  [
    "unknown optimizer",
    (r) => ({ ...r, training: { learningRate: 0.2, optimizer: { kind: "adam" } } }),
    'training.optimizer.kind is "adam"; it must be one of adamw, caughtUpAdamw, sparseAdam, sgd, rowwiseAdagrad',
  ],
  [
    "option of another optimizer",
    (r) => ({ ...r, training: { learningRate: 0.2, optimizer: { kind: "sgd", betas: [0, 0] } } }),
    "training.optimizer.betas is not a known key; known here: kind, momentum, weightDecay",
  ],
  [
    "curriculum by nothing",
    (r) => ({ ...r, training: { learningRate: 0.2, curriculum: { order: "easyFirst" } } }),
    "training.curriculum.by is missing; add it: What tells how difficult a row is",
  ],
  [
    "unknown difficulty",
    (r) => ({ ...r, training: { learningRate: 0.2, curriculum: { by: { kind: "lenght" } } } }),
    'training.curriculum.by.kind is "lenght"; it must be one of length, guide, column; did you mean length?',
  ],
  ...[0, -0.1, 1.01, NaN, "half"].flatMap((value) =>
    ["start", "until"].map((key): (typeof REFUSED)[number] => [
      `pacing with ${key} ${value}`,
      (r) => ({
        ...r,
        training: { learningRate: 0.2, curriculum: { by: { kind: "length" }, pacing: { [key]: value } } },
      }),
      `training.curriculum.pacing.${key} is ${
        typeof value === "string" ? JSON.stringify(value) : value
      }; it must be a number above 0 and at most 1`,
    ])
  ),
  [
    "weight power 0",
    (r) => ({
      ...r,
      training: { learningRate: 0.2, curriculum: { by: { kind: "length" }, weightPower: 0 } },
    }),
    "training.curriculum.weightPower is 0; it must be a number above 0",
  ],
  [
    "no batch a step",
    (r) => ({ ...r, training: { learningRate: 0.2, accumulationSteps: 0 } }),
    "training.accumulationSteps is 0; it must be a whole number of at least 1",
  ],
  [
    "frequency power above 2",
    (r) => ({ ...r, training: { learningRate: 0.2, frequencyPower: 3 } }),
    "training.frequencyPower is 3; it must be a number from 0 to 2",
  ],
  [
    "data set's loss of other sizes",
    (r) => ({
      ...r,
      datasets: {
        a: { source: "a.csv", loss: { kind: "matryoshka", loss: { kind: "coSent" }, dims: [8, 32] } },
      },
    }),
    "datasets hold a, whose loss has the dims 8, 32 for model.dim 64; the largest size must be model.dim",
  ],
  [
    "mixing of no kind",
    (r) => ({ ...r, training: { learningRate: 0.2, mixing: 3 } }),
    'training.mixing is 3; it must be "proportional", "roundRobin" or {kind: "weighted", temperature}',
  ],
  [
    "mixing temperature 0",
    (r) => ({ ...r, training: { learningRate: 0.2, mixing: { kind: "weighted", temperature: 0 } } }),
    "training.mixing.temperature is 0; it must be a number above 0",
  ],
  [
    "weight of a data set 0",
    (r) => ({ ...r, datasets: { a: { source: "a.csv", weight: 0 } } }),
    "datasets.a.weight is 0; it must be a number above 0",
  ],
  [
    "weight of a data set that mixing does not use",
    (r) => ({ ...r, datasets: { a: { source: "a.csv" }, b: { source: "b.csv", weight: 2 } } }),
    "datasets hold b with a weight, which proportional mixing does not use; " +
    'set training.mixing to {kind: "weighted"}',
  ],
  ["name of a path", (r) => ({ ...r, name: "../x" }), 'name is "../x"; it must be lower-case letters'],
  [
    "tokenizer of no kind",
    (r) => ({ ...r, tokenizer: 3 }),
    "tokenizer is 3; it must be a path, hf://models/OWNER/NAME, or a record that says what to build",
  ],
  [
    "tokenizer build mistyped",
    (r) => ({ ...r, tokenizer: { build: "wordpiece", vocabSize: 5000 } }),
    'tokenizer.build is "wordpiece"; it must be wordPiece; did you mean wordPiece?',
  ],
  [
    "tokenizer build too small",
    (r) => ({ ...r, tokenizer: { build: "wordPiece", vocabSize: 5 } }),
    "tokenizer.vocabSize is 5; it must be a whole number from 1000 to 10000000",
  ],
];

for (const [what, change, sentence] of REFUSED) {
  Deno.test(`resolveRecipe refuses a recipe: ${what}`, () => {
    const wrong = change(minimalRecipe() as unknown as Record<string, never>);
    assert.throws(() => resolveRecipe(wrong, "small"), (error: Error) => {
      assert.equal(
        error.message.slice(0, `Cannot read recipe small: ${sentence}`.length),
        `Cannot read recipe small: ${sentence}`,
      );
      return error instanceof TypeError || error instanceof RangeError;
    });
  });
}

Deno.test("resolveRecipe refuses repeated sizes and weights of another number", () => {
  const loss = { kind: "matryoshka", loss: { kind: "multipleNegativesRanking" } };
  const refused = (rest: object): string => {
    try {
      resolveRecipe({ ...minimalRecipe(), loss: { ...loss, ...rest } });
    } catch (error) {
      return (error as Error).message;
    }
    return "nothing refused";
  };
  assert.match(refused({ dims: [64, 64] }), /loss\.dims names 64 twice; name each size once$/);
  assert.match(refused({ dims: [32, 64], weights: [1] }), /loss\.weights has 1 entries for 2 sizes/);
});

Deno.test("resolveRecipe refuses what is no record", () => {
  assert.throws(() => resolveRecipe(5, "five"), {
    name: "TypeError",
    message: "Cannot read recipe five: the recipe is 5; it must be a record",
  });
});

Deno.test("recipeJsonSchema describes every field, with defaults and ranges", () => {
  const schema = recipeJsonSchema() as unknown as JsonSchema;
  assert.equal(schema.additionalProperties, false);
  const training = schema.properties.training;
  assert.deepEqual(training.required, ["learningRate"]);
  assert.equal(training.properties.batchSize.minimum, 2);
  assert.equal(training.properties.batchSize.default, 2048);
  for (const [name, property] of Object.entries({ ...schema.properties, ...training.properties })) {
    assert.ok(property.description, `${name} has no description`);
  }
});

interface JsonSchema {
  additionalProperties?: boolean;
  required?: string[];
  properties: Record<string, JsonSchema>;
  description?: string;
  minimum?: number;
  default?: unknown;
}
