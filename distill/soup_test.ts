import assert from "node:assert/strict";
import { join } from "node:path";
import { saveModel, type StaticModel, writeSafetensors } from "../model/mod.ts";
import { testModel } from "./_test_model.ts";
import { testTokenizer, TOKENS } from "./_test_teacher.ts";
import { type Ingredient, loadIngredient } from "./ingredient.ts";
import { greedySoup, interpolationCurve, mixModels } from "./soup.ts";

function ingredient(factor: number): Ingredient {
  return { name: `model ${factor}`, parts: testModel(factor) };
}

/** Second number of every row: what the test models differ in. */
function factorOf({ table }: Pick<StaticModel, "table">): number {
  return table[1];
}

Deno.test("mixModels() is the mean of the tables, or their weighted mean", () => {
  const three = [1, 4, 7].map(ingredient);
  assert.deepEqual(mixModels(three).table, testModel(4).table);
  assert.deepEqual(mixModels(three, [2, 1, 1]).table, testModel(3.25).table);
  assert.deepEqual(three.map(({ parts }) => factorOf(parts)), [1, 4, 7]);
});

Deno.test("greedySoup() begins with the best model and takes those that do not lower the score", async () => {
  // Best at 5: 4 alone is best (-1); with 7 it is 5.5 (-0.5); with 1 as well it is 4 (-1).
  const heard: string[] = [];
  const soup = await greedySoup([1, 4, 7].map(ingredient), {
    score: (model) => Promise.resolve(-Math.abs(factorOf(model) - 5)),
    onScore: (name, score) => heard.push(`${name} ${score}`),
  });
  assert.equal(soup.score, -0.5);
  assert.equal(factorOf(soup.parts), 5.5);
  assert.deepEqual(soup.tried, [
    { name: "model 4", alone: -1, mixed: -1, taken: true },
    { name: "model 7", alone: -2, mixed: -0.5, taken: true },
    { name: "model 1", alone: -4, mixed: -1, taken: false },
  ]);
  assert.deepEqual(heard.slice(3), ["model 4 + model 7 -0.5", "model 4 + model 7 + model 1 -1"]);
});

Deno.test("greedySoup() gives models that encode", async () => {
  const texts = ["cats dog"];
  const { score } = await greedySoup([ingredient(1), ingredient(3)], {
    score: async (model) => (await model.encode(texts)).data[1],
  });
  assert.equal(score, 3);
});

Deno.test("interpolationCurve() scores the line between two models, ends included", async () => {
  const curve = await interpolationCurve([ingredient(1), ingredient(3)], {
    points: 5,
    score: (model) => Promise.resolve(factorOf(model)),
  });
  assert.deepEqual(curve.map(({ share }) => share), [0, 0.25, 0.5, 0.75, 1]);
  assert.deepEqual(curve.map(({ score }) => score), [1, 1.5, 2, 2.5, 3]);
});

Deno.test("models with another tokenizer, dimension or size are refused, and mixtures of one", async () => {
  const cased = JSON.stringify({ ...testTokenizer(), normalizer: null });
  const refused: [Ingredient, RegExp][] = [
    [
      { name: "b", parts: testModel(2, { dim: 1, rows: 22 }) },
      /Cannot mix model 1 and b: they have 2 and 1 dimensions/,
    ],
    [
      { name: "b", parts: testModel(2, { tokenizerJson: cased }) },
      /their tokenizers differ; mix models that were/,
    ],
    [{ name: "b", parts: testModel(2, { normalize: true }) }, /one scales its vectors to length 1/],
  ];
  for (const [other, message] of refused) {
    assert.throws(() => mixModels([ingredient(1), other]), message);
    await assert.rejects(greedySoup([ingredient(1), other], { score: () => Promise.resolve(0) }), message);
  }
  assert.throws(() => mixModels([ingredient(1)]), /Cannot mix 1 models: a mixture takes two; name more$/);
  for (const shares of [[1], [0, 0], [1, -1], [NaN, 1]]) {
    assert.throws(
      () => mixModels([ingredient(1), ingredient(2)], shares),
      /give one number from 0 for each, not all 0$/,
    );
  }
  const bare = JSON.stringify({ ...testTokenizer(), post_processor: null });
  mixModels([ingredient(1), { name: "b", parts: testModel(2, { tokenizerJson: bare }) }]);
});

Deno.test("loadIngredient() reads model folders and checkpoints, and refuses tables that are not the model's own", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const weights = Float64Array.from(TOKENS, () => 0.5);
    await saveModel(folder, testModel(2.5, { weights }));
    const { parts } = await loadIngredient(folder);
    assert.equal(factorOf(parts), 1.25);
    const checkpoint = join(folder, "checkpoints/step-00000010");
    await Deno.mkdir(checkpoint, { recursive: true });
    const state = (data: Float32Array<ArrayBuffer>): Promise<void> =>
      writeSafetensors(join(checkpoint, "state.safetensors"), {
        embeddings: { dtype: "F32", shape: [data.length / 2, 2], data },
      });
    await state(testModel(9.5).table as Float32Array<ArrayBuffer>);
    assert.equal(factorOf((await loadIngredient(checkpoint)).parts), 4.75);
    await state(new Float32Array(4));
    await assert.rejects(
      loadIngredient(checkpoint),
      /its table has 4 numbers and that of its run 22; name a checkpoint/,
    );
    // With weights beside them, too, which is what distill --type int8 writes.
    for (const beside of [{}, { weights }]) {
      await saveModel(folder, testModel(3, beside));
      await assert.rejects(
        loadIngredient(folder),
        /its table was rounded to int8, and its scale is not known/,
      );
    }
    const mapping = Int32Array.from(TOKENS, () => 0);
    await saveModel(folder, testModel(0.5, { mapping, table: Float32Array.of(1, 0.5), rows: 1 }));
    await assert.rejects(
      loadIngredient(folder),
      /its vocabulary is quantised, so that tokens share rows; mix the model/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
