import assert from "node:assert/strict";
import { modelInMemory, someTexts } from "./_thousand_words.ts";
import { StaticModel } from "./static_model.ts";

Deno.test("StaticModel.fromFiles gives the model that load gives", async () => {
  const files = modelInMemory(6);
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(`${folder}/${name}`, bytes);
    using loaded = await StaticModel.load(folder);
    using made = await StaticModel.fromFiles(files);
    const texts = someTexts(20);
    assert.deepEqual(await made.encode(texts), await loaded.encode(texts));
    assert.deepEqual([made.dim, made.vocabSize, made.normalize], [6, 700, false]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("StaticModel.fromFiles finds the parts where Sentence Transformers puts them", async () => {
  const { "model.safetensors": table, "tokenizer.json": tokenizer } = modelInMemory(6);
  const modules =
    '[{"path":"0_StaticEmbedding","type":"a.StaticEmbedding"},{"path":"1","type":"a.Normalize"}]';
  using model = await StaticModel.fromFiles({
    "modules.json": new TextEncoder().encode(modules),
    "0_StaticEmbedding/model.safetensors": table,
    "0_StaticEmbedding/tokenizer.json": tokenizer,
  });
  assert.equal(model.normalize, true);
});

Deno.test("StaticModel.fromFiles: what is missing or cut short is one sentence", async () => {
  const files = modelInMemory(6);
  const { "tokenizer.json": _, ...lacking } = files;
  await assert.rejects(
    StaticModel.fromFiles(lacking, "mine"),
    /^RangeError: Cannot load the model mine: tokenizer\.json is missing and the folder has model\.safetensors/,
  );
  const table = files["model.safetensors"];
  for (const length of [5, 40, table.length - 1]) {
    await assert.rejects(
      StaticModel.fromFiles({ ...files, "model.safetensors": table.subarray(0, length) }, "mine"),
      /^(RangeError|SyntaxError): Cannot read mine\/model\.safetensors: it (was cut short|is 5 bytes long)/,
    );
  }
});
