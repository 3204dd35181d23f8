import assert from "node:assert/strict";
import { minimalRecipe } from "./_minimal_recipe.ts";
import { countingTexts, datasetOf } from "./_test_datasets.ts";
import { guideOf, lossOf, trainingTasks } from "./_training_tasks.ts";
import {
  contrastive,
  coSent,
  gist,
  marginMse,
  matryoshka,
  mse,
  multipleNegativesRanking,
  sum,
} from "./mod.ts";
import type { LossRecipe } from "./losses.ts";
import type { ResolvedRecipe } from "./recipe.ts";
import { resolveRecipe } from "./resolve.ts";

const ROWS = 4;
const texts = countingTexts(ROWS);

/** A recipe whose data sets have losses of their own; null takes the recipe's. */
function recipeOf(losses: Record<string, LossRecipe | null>): ResolvedRecipe {
  const datasets = Object.entries(losses).map(([name, loss]) => [name, { source: `${name}.csv`, loss }]);
  return resolveRecipe({ ...minimalRecipe(), datasets: Object.fromEntries(datasets) });
}

Deno.test("lossOf and guideOf take a data set's own loss before the recipe's", () => {
  const guided = gist({ guide: "a/guide" });
  const nested = sum([matryoshka(gist({ guide: "another" }), { dims: [64] }), multipleNegativesRanking()]);
  const recipe = recipeOf({ plain: null, scored: coSent(), guided, nested });
  assert.equal(lossOf(recipe, "plain"), recipe.loss);
  assert.equal(lossOf(recipe, "scored").kind, "coSent");
  const names = ["plain", "scored", "guided", "nested"];
  assert.deepEqual(names.map((name) => guideOf(recipe, name)), [undefined, undefined, "a/guide", "another"]);
});

Deno.test("trainingTasks gives data sets of the same loss, columns, labels and guide one task", () => {
  const guided = gist({ guide: "guide" });
  const recipe = recipeOf({
    pairs: null,
    scored: coSent(),
    triplets: null,
    more: null,
    scoredToo: coSent(),
    guided,
    scoredOtherwise: coSent({ scale: 10 }),
  });
  const scores = [1, 0.5, 0.25, 0];
  const datasets = [
    datasetOf("pairs", [texts, texts]),
    datasetOf("scored", [texts, texts], scores),
    datasetOf("triplets", [texts, texts, texts]),
    // Labels that the loss does not read make no difference.
    datasetOf("more", [texts, texts], scores),
    datasetOf("scoredToo", [texts, texts], scores),
    datasetOf("guided", [texts, texts]),
    datasetOf("scoredOtherwise", [texts, texts], scores),
  ];
  const dims = datasets.map(({ name }) => name === "guided" ? 16 : undefined);
  const { tasks, taskOf } = trainingTasks(recipe, datasets, dims);
  assert.deepEqual(taskOf, [0, 1, 2, 0, 1, 3, 4]);
  const shapes = tasks.map(({ loss, dim, columns, labels, guideDim }) => [
    loss.kind,
    dim,
    columns,
    labels,
    guideDim,
  ]);
  assert.deepEqual(shapes, [
    ["matryoshka", 64, 2, 0, undefined],
    ["coSent", 64, 2, 1, undefined],
    ["matryoshka", 64, 3, 0, undefined],
    ["gist", 64, 2, 0, 16],
    ["coSent", 64, 2, 1, undefined],
  ]);
});

Deno.test("trainingTasks takes several labels a row where the loss reads them", () => {
  const recipe = recipeOf({ ranked: marginMse() });
  const dataset = datasetOf(
    "ranked",
    [texts, texts, texts, texts],
    Array.from({ length: 3 * ROWS }, () => 1),
  );
  assert.equal(trainingTasks(recipe, [dataset], [undefined]).tasks[0].labels, 3);
});

/** What does not fit, and the sentence it gives. */
const REFUSED: [string, LossRecipe | null, Parameters<typeof datasetOf>[1], number[] | undefined, RegExp][] =
  [
    [
      "too few columns",
      null,
      [texts],
      undefined,
      /^Cannot train on only: the loss matryoshka needs \(anchor, positive\).* and there are \(anchor\); name fitting columns, or another loss$/,
    ],
    [
      "no labels",
      coSent(),
      [texts, texts],
      undefined,
      /^Cannot train on only: the loss coSent needs .* and there are \(anchor, positive\); name fitting columns/,
    ],
    [
      "a teacher's vectors of another dimension",
      mse(),
      [texts],
      Array.from({ length: 32 * ROWS }, () => 1),
      /and 32 labels a row; set model\.dim=32$/,
    ],
    [
      "a teacher's vectors of more dimensions",
      mse(),
      [texts],
      Array.from({ length: 128 * ROWS }, () => 1),
      /; set model\.dim=128, or make the teacher's vectors shorter by teach --pca 64$/,
    ],
    [
      "too many labels",
      coSent(),
      [texts, texts],
      [1, 2, 3, 4, 5, 6, 7, 8],
      /^Cannot train on only: the loss coSent needs .* and there are \(anchor, positive\) and 2 labels a row; /,
    ],
    [
      "a column too many beside a label",
      contrastive(),
      [texts, texts, texts],
      [1, 0, 1, 0],
      /^Cannot train on only: .* and there are \(anchor, positive, negative_1\) and a label; /,
    ],
    [
      "a label out of range",
      contrastive(),
      [texts, texts],
      [1, 0, 0.5, 0],
      /^Cannot train on only: the label 0\.5 of row 3 is not 1 \(together\) or 0 \(apart\); /,
    ],
  ];

for (const [name, loss, columns, labels, message] of REFUSED) {
  Deno.test(`trainingTasks refuses ${name}`, () => {
    const recipe = recipeOf({ only: loss });
    assert.throws(() => trainingTasks(recipe, [datasetOf("only", columns, labels)], [undefined]), {
      name: "RangeError",
      message,
    });
  });
}
