import assert from "node:assert/strict";
import { tenRows, tenWords } from "./_ten_words.ts";
import { loadModel } from "./load_model.ts";
import { StaticModel } from "./static_model.ts";
import { writeSafetensors } from "./write_safetensors.ts";

interface Folder {
  files: Record<string, unknown>;
  key?: string;
  part?: string;
}

/** Writes a folder in which table and tokenizer lie in `part`. */
async function withFolder(
  { files, key = "embeddings", part = "." }: Folder,
  test: (folder: string) => Promise<void>,
) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/${part}`, { recursive: true });
    const tokenizer = await tenWords();
    await Deno.writeTextFile(`${folder}/${part}/tokenizer.json`, tokenizer.json);
    tokenizer.dispose();
    const table = { dtype: "F32", shape: [10, 4], data: tenRows() } as const;
    await writeSafetensors(`${folder}/${part}/model.safetensors`, { [key]: table });
    for (const [name, value] of Object.entries(files)) {
      await Deno.writeTextFile(
        `${folder}/${name}`,
        typeof value === "string" ? value : JSON.stringify(value),
      );
    }
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const embedding = (path: string) => ({
  idx: 0,
  name: "0",
  path,
  type: "sentence_transformers.models.StaticEmbedding",
});
const normalize = { idx: 1, name: "1", path: "1_Normalize", type: "sentence_transformers.models.Normalize" };
const model2vec = { model_type: "model2vec", normalize: true };

const LAYOUTS: [string, Folder, { normalize: boolean; dropUnknown: boolean }][] = [
  ["Sentence Transformers, table in the folder itself", {
    files: { "modules.json": [embedding("")] },
    key: "embedding.weight",
  }, { normalize: false, dropUnknown: false }],
  ["Sentence Transformers, table in 0_StaticEmbedding, normalised", {
    files: { "modules.json": [embedding("0_StaticEmbedding"), normalize] },
    key: "embedding.weight",
    part: "0_StaticEmbedding",
  }, { normalize: true, dropUnknown: false }],
  ["Sentence Transformers without modules.json", {
    files: { "config_sentence_transformers.json": { normalize: true } },
    part: "0_StaticEmbedding",
  }, { normalize: true, dropUnknown: false }],
  ["Model2Vec", { files: { "config.json": model2vec } }, { normalize: true, dropUnknown: true }],
  ["Model2Vec with modules.json, which decides on normalising", {
    files: { "config.json": model2vec, "modules.json": [embedding(".")] },
  }, { normalize: false, dropUnknown: true }],
  ["Lathe", {
    files: {
      "config.json": { ...model2vec, drop_unknown: false },
      "modules.json": [embedding("."), normalize],
    },
  }, { normalize: true, dropUnknown: false }],
];

for (const [name, folder, expected] of LAYOUTS) {
  Deno.test(`loadModel reads the layout of ${name}`, () =>
    withFolder(folder, async (path) => {
      const parts = await loadModel(path);
      assert.deepEqual([parts.rows, parts.dim, parts.normalize, parts.dropUnknown], [
        10,
        4,
        expected.normalize,
        expected.dropUnknown,
      ]);
      assert.deepEqual(parts.table, tenRows());
    }));
}

Deno.test("loadModel names what is missing and what there is", async () => {
  await assert.rejects(loadModel("/no/such/folder"), /\/no\/such\/folder: it does not exist; give the path/);
  await assert.rejects(
    loadModel("hf://models/a/b"),
    /it does not exist; fetch it first, with resolveModelPath/,
  );
  await withFolder({ files: {} }, async (folder) => {
    await assert.rejects(
      loadModel(folder),
      /modules.json .* and config.json .* is missing and the folder has model.saf/,
    );
  });
  await withFolder({ files: { "config.json": model2vec } }, async (folder) => {
    await Deno.remove(`${folder}/tokenizer.json`);
    await assert.rejects(
      loadModel(folder),
      /: tokenizer.json is missing and the folder has config.json, model.safetensors; give a whole model folder/,
    );
  });
  await withFolder({ files: { "modules.json": [embedding("0_StaticEmbedding")] } }, async (folder) => {
    await assert.rejects(loadModel(folder), /model.safetensors and tokenizer.json is missing/);
  });
});

Deno.test("loadModel refuses what is no static embedding model", async () => {
  const transformer = { ...embedding(""), type: "sentence_transformers.models.Transformer" };
  await withFolder({ files: { "modules.json": [transformer] } }, async (folder) => {
    await assert.rejects(
      loadModel(folder),
      /its modules.json has Transformer; give a static embedding model .*, or distill this one$/,
    );
  });
  await withFolder({ files: { "config.json": model2vec }, key: "other" }, async (folder) => {
    await assert.rejects(
      loadModel(folder),
      /has no matrix embeddings or embedding.weight, only other \[10, 4\]/,
    );
  });
  await withFolder({ files: { "config.json": "{" } }, async (folder) => {
    await assert.rejects(loadModel(folder), { name: "SyntaxError", message: /config.json is not JSON/ });
  });
});

Deno.test("StaticModel.load refuses a table with fewer rows than the tokenizer has ids", () =>
  withFolder({ files: { "config.json": model2vec } }, async (folder) => {
    const table = { dtype: "F32", shape: [9, 4], data: new Float32Array(36) } as const;
    await writeSafetensors(`${folder}/model.safetensors`, { embeddings: table });
    await assert.rejects(StaticModel.load(folder), {
      name: "RangeError",
      message: /Cannot load the model .*: the tokenizer has ids up to 9 and the table has rows for 9 ids/,
    });
  }));

Deno.test("StaticModel.load: a table cut short is one sentence", () =>
  withFolder({ files: { "config.json": model2vec } }, async (folder) => {
    await Deno.truncate(`${folder}/model.safetensors`, 150);
    await assert.rejects(StaticModel.load(folder), /model.safetensors: it was cut short/);
  }));

Deno.test("loadModel: a part that is a folder or a link that leads nowhere is one sentence", () =>
  withFolder({ files: { "config.json": model2vec } }, async (folder) => {
    await Deno.remove(`${folder}/tokenizer.json`);
    await Deno.symlink(`${folder}/gone`, `${folder}/tokenizer.json`);
    await assert.rejects(
      loadModel(folder),
      /^RangeError: Cannot load the model .*tokenizer\.json is a link that leads nowhere; save or download it again$/,
    );
    await Deno.remove(`${folder}/model.safetensors`);
    await Deno.mkdir(`${folder}/model.safetensors`);
    await assert.rejects(loadModel(folder), /model\.safetensors is no file; save or download it again$/);
  }));

Deno.test("loadModel refuses a mapping to rows that int32 cannot name instead of wrapping them", () =>
  withFolder({ files: { "config.json": model2vec } }, async (folder) => {
    const data = BigInt64Array.from({ length: 10 }, (_, id) => id === 3 ? 2n ** 32n + 1n : BigInt(id));
    await writeSafetensors(`${folder}/model.safetensors`, {
      embeddings: { dtype: "F32", shape: [10, 4], data: tenRows() },
      mapping: { dtype: "I64", shape: [10], data },
    });
    await assert.rejects(
      loadModel(folder),
      /token id 3 is mapped to row 4294967297; download or save it again$/,
    );
  }));
