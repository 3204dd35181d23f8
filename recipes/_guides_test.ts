import assert from "node:assert/strict";
import { join } from "node:path";
import { Teacher } from "../distill/mod.ts";
import { withTestTeacher } from "../distill/_test_teacher.ts";
import { StaticModel } from "../model/mod.ts";
import { buildWordPieceTokenizer, loadTokenizer, type Tokenizer } from "../text/mod.ts";
import { loadGuides } from "./_guides.ts";
import { StaticGuide } from "./_static_guide.ts";

const DIM = 5;
const TEXTS = ["a red fox", "the fox and the dog and the fox", "dogs", "§ unknown", "red"];

async function tokenizerOf(texts: readonly string[]): Promise<Tokenizer> {
  return await loadTokenizer(buildWordPieceTokenizer([...texts], { vocabSize: 200 }), "the test's tokenizer");
}

/** Runs a test with saved models of one tokenizer in a temporary folder: the second normalises its vectors. */
async function withModels(
  use: (parts: { folder: string; tokenizer: Tokenizer; models: StaticModel[] }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const tokenizer = await tokenizerOf(TEXTS);
  try {
    const models = [false, true].map((normalize, place) => {
      const length = tokenizer.vocabSize * DIM;
      const table = Float32Array.from({ length }, (_, i) => Math.sin(i * (place + 1)));
      return StaticModel.create({ table, dim: DIM, tokenizer, normalize });
    });
    for (const [i, model] of models.entries()) await model.save(join(folder, `model-${i}`));
    await use({ folder, tokenizer, models });
  } finally {
    tokenizer.dispose();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("StaticGuide gives the vectors of its model for every column, bit by bit", () =>
  withModels(async ({ folder, tokenizer, models }) => {
    for (const [i, model] of models.entries()) {
      const guide = await StaticGuide.load(join(folder, `model-${i}`), tokenizer, {});
      assert.equal(guide.dim, DIM);
      const columns = [TEXTS, TEXTS.toReversed()];
      const found = guide.vectors(columns.map((texts) => tokenizer.encodeAll(texts)));
      for (const [c, texts] of columns.entries()) {
        assert.deepEqual(found[c], (await model.encode(texts)).data);
      }
      guide.dispose();
    }
  }));

Deno.test("StaticGuide gives a text without tokens a zero vector, and reads bags that begin anywhere", () =>
  withModels(async ({ folder, tokenizer, models: [{ table }] }) => {
    const guide = await StaticGuide.load(join(folder, "model-0"), tokenizer, {});
    const bags = { ids: Int32Array.of(7, 3, 4), offsets: Int32Array.of(1, 1, 2) };
    const [vectors] = guide.vectors([bags]);
    assert.deepEqual([...vectors], [...new Float32Array(DIM), ...table.slice(3 * DIM, 4 * DIM)]);
    guide.dispose();
  }));

Deno.test("loadGuides loads a model once and keeps the places of data sets without a guide", () =>
  withModels(async ({ folder, tokenizer }) => {
    const [first, second] = [0, 1].map((i) => join(folder, `model-${i}`));
    const guides = await loadGuides([undefined, first, second, first, undefined], tokenizer, {});
    assert.deepEqual(guides.map((guide) => guide?.dim), [undefined, DIM, DIM, DIM, undefined]);
    assert.equal(guides[1], guides[3]);
    assert.notEqual(guides[1], guides[2]);
    for (const guide of new Set(guides)) guide?.dispose();
  }));

Deno.test("StaticGuide.load refuses a model of another tokenizer, and a folder without a model", () =>
  withModels(async ({ folder }) => {
    const other = await tokenizerOf(["quite different words"]);
    const path = join(folder, "model-0");
    await assert.rejects(StaticGuide.load(path, other, {}), {
      name: "RangeError",
      message:
        `Cannot guide by ${path}: its tokenizer is another than the recipe's; train a guide with the same tokenizer`,
    });
    await assert.rejects(StaticGuide.load(join(folder, "nothing"), other, {}), { message: /nothing/ });
    other.dispose();
  }));

Deno.test("loadGuides takes a transformer of the recipe's tokenizer, which puts special tokens around the ids", () =>
  withTestTeacher(async (folder) => {
    const teacher = await Teacher.load(folder);
    const [guide, same] = await loadGuides([folder, folder], teacher.tokenizer, {});
    assert.equal(guide, same);
    assert.equal(guide?.dim, teacher.dim);
    const texts = ["cats and birds", "dog"];
    const bags = teacher.tokenizer.encodeAll(texts);
    assert.deepEqual(await guide!.vectors([bags]), [(await teacher.encode(texts)).data]);
    guide!.dispose();
    const other = await tokenizerOf(["quite different words"]);
    await assert.rejects(loadGuides([folder], other, {}), /its tokenizer is another than the recipe's/);
    other.dispose();
    teacher.dispose();
  }));
