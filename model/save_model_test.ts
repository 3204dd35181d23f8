import assert from "node:assert/strict";
import { tenRows, tenWords } from "./_ten_words.ts";
import { readFloat32Tensor, readSafetensorsHeader } from "./read_safetensors.ts";
import { StaticModel } from "./static_model.ts";

async function withSaved(
  parts: { normalize?: boolean; dropUnknown?: boolean; mapping?: Int32Array; weights?: Float64Array },
  test: (folder: string, model: StaticModel) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  const model = StaticModel.create({ table: tenRows(), dim: 4, tokenizer: await tenWords(), ...parts });
  try {
    await model.save(`${root}/model`);
    await test(`${root}/model`, model);
  } finally {
    model.dispose();
    await Deno.remove(root, { recursive: true });
  }
}

async function json(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await Deno.readTextFile(path));
}

const namesIn = (folder: string): string[] => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

for (const normalize of [false, true]) {
  Deno.test(`save: Sentence Transformers finds all it reads (normalize ${normalize})`, () =>
    withSaved({ normalize }, async (folder) => {
      const modules = JSON.parse(await Deno.readTextFile(`${folder}/modules.json`));
      assert.deepEqual(modules[0], {
        idx: 0,
        name: "0",
        path: ".",
        type: "sentence_transformers.models.StaticEmbedding",
      });
      assert.deepEqual(
        modules.slice(1),
        normalize
          ? [{ idx: 1, name: "1", path: "1_Normalize", type: "sentence_transformers.models.Normalize" }]
          : [],
      );
      // StaticEmbedding.load(path): tokenizer.json, and model.safetensors with embedding.weight or embeddings.
      const header = await readSafetensorsHeader(`${folder}/${modules[0].path}/model.safetensors`);
      const key = header.tensors.has("embedding.weight") ? "embedding.weight" : "embeddings";
      assert.deepEqual(header.tensors.get(key)!.shape, [10, 4]);
      assert.deepEqual(await readFloat32Tensor(header, key), tenRows());
      const tokenizer = await json(`${folder}/${modules[0].path}/tokenizer.json`);
      assert.deepEqual([tokenizer.truncation, tokenizer.padding, tokenizer.post_processor], [
        null,
        null,
        null,
      ]);
      const config = await json(`${folder}/config_sentence_transformers.json`);
      assert.deepEqual(config.prompts, { query: "", document: "" });
      assert.equal(config.default_prompt_name, null);
      assert.equal(config.similarity_fn_name, "cosine");
    }));

  Deno.test(`save: Model2Vec finds all it reads (normalize ${normalize})`, () =>
    withSaved({ normalize }, async (folder) => {
      // load_pretrained: config.json chooses the layout, then the key `embeddings` is required.
      const config = await json(`${folder}/config.json`);
      assert.equal(config.model_type, "model2vec");
      assert.equal(config.normalize, normalize);
      assert.equal(config.hidden_dim, 4);
      const header = await readSafetensorsHeader(`${folder}/model.safetensors`);
      assert.deepEqual([...header.tensors.keys()], ["embeddings"]);
      // StaticModel(...): as many tokens as rows.
      const { model } = await json(`${folder}/tokenizer.json`) as { model: { vocab: object } };
      assert.equal(Object.keys(model.vocab).length, 10);
    }));
}

Deno.test("save: loading gives the same model, the unknown token kept or dropped as it was", async () => {
  for (const parts of [{}, { normalize: true }, { dropUnknown: true }]) {
    await withSaved(parts, async (folder, model) => {
      const loaded = await StaticModel.load(folder);
      const texts = ["a cat", "zebra dog", ""];
      assert.deepEqual(await loaded.encode(texts), await model.encode(texts));
      loaded.dispose();
    });
  }
});

Deno.test("save keeps mapping and weights of vocabulary-quantised models", () =>
  withSaved(
    { mapping: new Int32Array(10).fill(3), weights: new Float64Array(10).fill(2) },
    async (folder, model) => {
      const loaded = await StaticModel.load(folder);
      assert.deepEqual(await loaded.encode(["a cat"]), await model.encode(["a cat"]));
      assert.equal((await json(`${folder}/config.json`)).vocabulary_quantization, 10);
      loaded.dispose();
    },
  ));

Deno.test("save: the same model gives the same bytes, extra files are written, nothing temporary stays", () =>
  withSaved({}, async (folder, model) => {
    await model.save(`${folder}/2`, {
      files: { "README.md": "# x\n" },
      config: { model_type: "no", seed: 12 },
    });
    for (const name of ["model.safetensors", "tokenizer.json", "modules.json"]) {
      assert.deepEqual(await Deno.readFile(`${folder}/2/${name}`), await Deno.readFile(`${folder}/${name}`));
    }
    const config = await json(`${folder}/2/config.json`);
    assert.deepEqual([config.seed, config.model_type], [12, "model2vec"]);
    assert.deepEqual(namesIn(`${folder}/2`), [
      "README.md",
      "config.json",
      "config_sentence_transformers.json",
      "model.safetensors",
      "modules.json",
      "tokenizer.json",
    ]);
  }));

Deno.test("save: cut off between two renames, the folder is no model rather than a mixture", () =>
  withSaved({}, async (folder, model) => {
    await Deno.mkdir(`${folder}/notes/inside`, { recursive: true });
    await assert.rejects(
      model.save(folder, { files: { notes: "a file cannot replace a folder" } }),
      /Cannot save/,
    );
    assert.deepEqual(namesIn(folder), ["model.safetensors", "notes", "tokenizer.json"]);
    await assert.rejects(StaticModel.load(folder), /is missing and the folder has model.safetensors, notes/);
  }));

Deno.test({
  name: "save: a full disk is one sentence, and the old model stays whole",
  ignore: Deno.build.os !== "linux", // needs /dev/full
  fn: () =>
    withSaved({}, async (folder, model) => {
      const before = namesIn(folder);
      await Deno.symlink("/dev/full", `${folder}/tokenizer.json.new`);
      await assert.rejects(
        model.save(folder),
        /^Error: Cannot save the model to .*No space left on device.*; make room/,
      );
      assert.deepEqual(namesIn(folder), before);
      (await StaticModel.load(folder)).dispose();
    }),
});
