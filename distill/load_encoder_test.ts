import assert from "node:assert/strict";
import { join } from "node:path";
import { saveModel } from "../model/mod.ts";
import { testModel } from "./_test_model.ts";
import { DIM, withTestTeacher } from "./_test_teacher.ts";
import { loadEncoder } from "./load_encoder.ts";

Deno.test("loadEncoder() loads transformers and static models alike", async () => {
  await withTestTeacher(async (folder) => {
    const teacher = await loadEncoder(folder);
    assert.deepEqual([teacher.kind, teacher.dim, teacher.tokenizer.vocabSize], ["transformer", DIM, 11]);
    const plain = await teacher.encoder()(["cat"]);
    assert.deepEqual([plain.rows, plain.columns], [1, DIM]);
    assert.notDeepEqual(await teacher.encoder("query")(["cat"]), plain);
    teacher.dispose();
    const saved = join(folder, "static");
    await saveModel(saved, testModel(0.5));
    const model = await loadEncoder(saved);
    assert.deepEqual([model.kind, model.dim], ["static", 2]);
    assert.deepEqual([...(await model.encoder("query")(["cat"])).data], [5, 0.5]);
    model.dispose();
  });
});
