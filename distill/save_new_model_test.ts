import assert from "node:assert/strict";
import { join } from "node:path";
import { loadModel, readSafetensorsHeader, StaticModel } from "../model/mod.ts";
import { testModel } from "./_test_model.ts";
import { TOKENS } from "./_test_teacher.ts";
import { saveNewModel, TABLE_TYPES } from "./save_new_model.ts";

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  await use(folder).finally(() => Deno.remove(folder, { recursive: true }));
}

/** Weights that fall with the id, as those of frequent tokens do. */
const WEIGHTS = Float64Array.from(TOKENS, (_, id) => (id + 1) / 1000);

Deno.test("saveNewModel() writes the layout of both worlds in every type, and the model loads as it was", async () => {
  for (const type of TABLE_TYPES) {
    await withFolder(async (folder) => {
      const output = join(folder, "a/model");
      await saveNewModel(output, testModel(0.5, { weights: WEIGHTS, normalize: true }), {
        type,
        config: { pooling: "mean" },
        files: { "more.json": "{}\n" },
      });
      assert.deepEqual(
        [...Deno.readDirSync(output)].map(({ name }) => name).sort(),
        [
          "config.json",
          "config_sentence_transformers.json",
          "model.safetensors",
          "modules.json",
          "more.json",
          "tokenizer.json",
        ],
      );
      const config = JSON.parse(await Deno.readTextFile(join(output, "config.json")));
      assert.deepEqual([config.model_type, config.pooling, config.embedding_dtype], [
        "model2vec",
        "mean",
        type,
      ]);
      const { tensors } = await readSafetensorsHeader(join(output, "model.safetensors"));
      assert.deepEqual(
        tensors.get("embeddings")!.dtype,
        { float32: "F32", float16: "F16", int8: "I8" }[type],
      );
      // Weights lie in the rows, which is all that Sentence Transformers reads, but for int8.
      assert.equal(tensors.has("weights"), type === "int8");
      const model = await StaticModel.load(output);
      const { data } = await model.encode(["cat dogs"]);
      const pooled = ["cat", "dog", "##s"].map((token) => TOKENS.indexOf(token))
        .reduce(([x, y], id) => [x + WEIGHTS[id] * id, y + WEIGHTS[id] * 0.5], [0, 0]);
      const length = Math.hypot(...pooled);
      // float16 has 11 bits; int8 127 steps to the largest number, which is 20 times 0.5.
      const tolerance = { float32: 1e-6, float16: 1e-3, int8: 1e-2 }[type];
      pooled.forEach((value, i) =>
        assert.ok(Math.abs(data[i] - value / length) < tolerance, `${type} ${data[i]}`)
      );
      model.dispose();
    });
  }
});

Deno.test("saveNewModel() keeps rows that tokens share and their weights", async () => {
  await withFolder(async (folder) => {
    const mapping = Int32Array.from(TOKENS, (_, id) => id % 2);
    const parts = testModel(0, { mapping, weights: WEIGHTS, table: Float32Array.of(1, 2, 3, 4), rows: 2 });
    await saveNewModel(`${folder}/m`, parts, { type: "float16" });
    const loaded = await loadModel(`${folder}/m`);
    assert.deepEqual([loaded.table, loaded.mapping, loaded.weights], [parts.table, mapping, WEIGHTS]);
  });
});

Deno.test("saveNewModel() writes into an empty folder and refuses any other, and leaves nothing when it fails", async () => {
  await withFolder(async (folder) => {
    await saveNewModel(folder, testModel(1));
    await assert.rejects(
      saveNewModel(folder, testModel(1)),
      /Cannot save a model to .*: it is not empty \(.*\); name/,
    );
    await assert.rejects(
      saveNewModel(`${folder}/config.json`, testModel(1)),
      /it is no folder; name another --output$/,
    );
    const output = `${folder}/new`;
    await assert.rejects(saveNewModel(output, testModel(1, { rows: 3 })));
    assert.deepEqual(
      [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.includes("new")),
      [],
    );
  });
});
