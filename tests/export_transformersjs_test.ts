/** The export for transformers.js, loaded and run by that package itself. */
import assert from "node:assert/strict";
import { basename, dirname, join } from "node:path";
import { AutoModel, AutoTokenizer, env, pipeline } from "@huggingface/transformers";
import { testParts } from "../export/_test_parts.ts";
import { exportModel, type Precision } from "../export/mod.ts";
import { StaticModel } from "../model/mod.ts";

const TEXTS = ["cat dog", "bird nothing house", "fish", "river ".repeat(40) + "tree"];

/** The package adds up in another order, in float32. */
const TOLERANCE = 1e-5;

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    assert.ok(Math.abs(actual[i] - expected[i]) <= TOLERANCE, `${actual[i]} for ${expected[i]}`);
  }
}

for (const precision of ["float32", "float16", "int8"] as Precision[]) {
  for (const dropUnknown of [false, true]) {
    const kind = dropUnknown ? "without unknown tokens" : "with unknown tokens";
    Deno.test(`transformers.js gives the model's vectors: ${precision}, ${kind}`, async () => {
      const folder = await Deno.makeTempDir();
      const parts = testParts({ normalize: true, dropUnknown });
      await exportModel(parts, join(folder, "js"), { format: "transformersjs", precision });
      await exportModel(parts, join(folder, "model"), { format: "model2vec", precision });
      const model = await StaticModel.load(join(folder, "model"));
      env.allowRemoteModels = false;
      env.localModelPath = dirname(folder);
      const name = `${basename(folder)}/js`;
      const expected = (await model.encode(TEXTS)).data;
      // The folder's own configuration says which precision is there.
      const extract = await pipeline("feature-extraction", name);
      const pooled = await extract(TEXTS, { pooling: "mean", normalize: true });
      assert.deepEqual(pooled.dims, [4, 5]);
      assertNear(pooled.data as Float32Array, expected);
      const [tokenizer, graph] = [
        await AutoTokenizer.from_pretrained(name),
        await AutoModel.from_pretrained(name),
      ];
      const { sentence_embedding } = await graph(tokenizer(["", ...TEXTS], { padding: true }));
      assertNear(sentence_embedding.data, [0, 0, 0, 0, 0, ...expected]);
      await Promise.all([extract.dispose(), graph.dispose()]);
      model.dispose();
      await Deno.remove(folder, { recursive: true });
    });
  }
}
