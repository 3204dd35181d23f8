import assert from "node:assert/strict";
import { tenRows, tenWords } from "./_ten_words.ts";
import { StaticModel } from "./static_model.ts";
import type { StaticModelParts } from "./static_model_parts.ts";

async function withModel(
  parts: Partial<StaticModelParts>,
  test: (model: StaticModel) => void | Promise<void>,
): Promise<void> {
  const model = StaticModel.create({ table: tenRows(), dim: 4, tokenizer: await tenWords(), ...parts });
  try {
    await test(model);
  } finally {
    model.dispose();
  }
}

Deno.test("encode: mean of the rows of all tokens, the unknown token included; no tokens, zeros", () =>
  withModel({}, async (model) => {
    const { data, rows, columns } = await model.encode(["a b", "a zebra", "", "  "]);
    assert.deepEqual([rows, columns, model.vocabSize], [4, 4, 10]);
    // Rows: a = 2/8, b = 3/8, [UNK] = 1/8, times 1 to 4.
    assert.deepEqual(
      data,
      Float32Array.of(0.3125, 0.625, 0.9375, 1.25, 0.1875, 0.375, 0.5625, 0.75, 0, 0, 0, 0, 0, 0, 0, 0),
    );
  }));

Deno.test("encode truncates first and normalises then; an empty text stays zero", () =>
  withModel({}, async (model) => {
    const { data } = await model.encode(["a", ""], { truncate: 2, normalize: true });
    assert.deepEqual(data, Float32Array.of(1 / Math.sqrt(5), 2 / Math.sqrt(5), 0, 0));
  }));

Deno.test("encode: the batch size does not change results, and normalize is the model's default", () =>
  withModel({ normalize: true }, async (model) => {
    const texts = ["red", "green blue", "", "cat cat dog", "tree"];
    const all = await model.encode(texts);
    assert.deepEqual(await model.encode(texts, { batchSize: 2 }), all);
    assert.deepEqual(await model.encoder({ normalize: true })(texts), all);
    assert.notDeepEqual(await model.encode(texts, { normalize: false }), all);
    assert.deepEqual(await model.encode([]), { data: new Float32Array(0), rows: 0, columns: 4 });
  }));

Deno.test("encode: dropUnknown leaves the unknown token out of sum and count", () =>
  withModel({ dropUnknown: true }, async (model) => {
    const { data } = await model.encode(["a zebra", "zebra"], { truncate: 1 });
    assert.deepEqual(data, Float32Array.of(0.25, 0));
  }));

Deno.test("encode: mapping sends ids to rows, weights are factors by id", () =>
  withModel({
    table: Float32Array.of(1, 10),
    dim: 1,
    mapping: Int32Array.of(0, 0, 1, 0, 1, 0, 1, 0, 1, 0),
    weights: Float64Array.from({ length: 10 }, (_, id) => id),
  }, async (model) => {
    // a: id 1, row 0, factor 1; b: id 2, row 1, factor 2.
    assert.deepEqual((await model.encode(["a b"])).data, Float32Array.of(10.5));
    assert.equal(model.vocabSize, 10);
  }));

Deno.test("encode refuses more dimensions than the model has", () =>
  withModel({}, async (model) => {
    for (const truncate of [0, 5, 1.5]) await assert.rejects(model.encode(["a"], { truncate }), RangeError);
    await assert.rejects(
      model.encode(["a"], { truncate: 5 }),
      /at 5 dimensions: the model has 4; truncate to 1 to 4/,
    );
  }));

Deno.test("pool gives token ids the vectors that encode gives their texts, by the model's own rules", async () => {
  const texts = ["a b", "a zebra", "", "red green blue cat", "zebra"];
  const quantised = { mapping: Int32Array.of(0, 0, 1, 0, 1, 0, 1, 0, 1, 0) };
  const weighted = { weights: Float64Array.from({ length: 10 }, (_, id) => id / 3) };
  for (const parts of [{}, { normalize: true }, { dropUnknown: true }, quantised, weighted]) {
    await withModel(parts, async (model) => {
      const bags = model.tokenizer.encodeAll(texts);
      assert.deepEqual(model.pool(bags), await model.encode(texts));
      for (const normalize of [false, true]) {
        const options = { truncate: 3, normalize };
        assert.deepEqual(model.pool(bags, options), await model.encode(texts, options));
      }
    });
  }
});

Deno.test("pool writes into an array that is given, and refuses sizes that the model does not have", () =>
  withModel({}, (model) => {
    const bags = model.tokenizer.encodeAll(["a", "b"]);
    const out = new Float32Array(5).fill(7);
    assert.equal(model.pool(bags, { truncate: 2, out }).data.buffer, out.buffer);
    assert.deepEqual([...out], [0.25, 0.5, 0.375, 0.75, 7]);
    assert.throws(() => model.pool(bags, { truncate: 5 }), /the model has 4; truncate to 1 to 4/);
    assert.throws(() => model.pool(bags, { out: new Float32Array(7) }), /2 vectors of 4 need 8/);
  }));

Deno.test("create refuses a table, mapping or weights that do not fit the tokenizer", async () => {
  const tokenizer = await tenWords();
  const refused = (parts: Partial<StaticModelParts>, message: RegExp) =>
    assert.throws(() => StaticModel.create({ table: tenRows(), dim: 4, tokenizer, ...parts }), message);
  refused({ dim: 3 }, /40 numbers are no table of 3 columns/);
  refused({ table: new Float32Array(36) }, /ids up to 9 and the table has rows for 9 ids/);
  refused({ mapping: new Int32Array(10).fill(10) }, /token id 0 is mapped to row 10 of 10/);
  refused({ weights: new Float64Array(9) }, /9 token weights for 10 ids/);
  tokenizer.dispose();
});
