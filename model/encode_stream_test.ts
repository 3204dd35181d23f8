import assert from "node:assert/strict";
import { someTexts, thousandRows, thousandWords } from "./_thousand_words.ts";
import type { Matrix } from "./matrix.ts";
import { StaticModel } from "./static_model.ts";

const DIM = 6;

async function withModel(test: (model: StaticModel) => Promise<void>): Promise<void> {
  using model = StaticModel.create({ table: thousandRows(DIM), dim: DIM, tokenizer: await thousandWords() });
  await test(model);
}

async function* later<T>(values: readonly T[]): AsyncGenerator<T> {
  for (const value of values) {
    await Promise.resolve();
    yield value;
  }
}

Deno.test("encodeStream gives what encode gives, in batches and in order, from any iterable", () =>
  withModel(async (model) => {
    const texts = someTexts(50);
    const expected = [...(await model.encode(texts, { normalize: true })).data];
    for (const source of [texts, texts.values(), later(texts)]) {
      const matrices = await Array.fromAsync(model.encodeStream(source, { batchSize: 20, normalize: true }));
      assert.deepEqual(matrices.map(({ rows }) => rows), [20, 20, 10]);
      assert.deepEqual(matrices.flatMap(({ data }) => [...data]), expected);
    }
    assert.deepEqual(await Array.fromAsync(model.encodeStream([])), []);
    await assert.rejects(Array.fromAsync(model.encodeStream(["a"], { truncate: 7 })), RangeError);
  }));

Deno.test("encodeStream takes no more texts than it needs, and long texts end a batch", () =>
  withModel(async (model) => {
    let taken = 0;
    async function* endless(): AsyncGenerator<string> {
      for (;;) {
        await Promise.resolve();
        taken++;
        yield taken === 3 ? "long ".repeat(1 << 19) : "short";
      }
    }
    const rows: number[] = [];
    for await (const matrix of model.encodeStream(endless(), { batchSize: 5 })) {
      rows.push(matrix.rows);
      if (rows.length === 3) break;
    }
    assert.deepEqual(rows, [3, 5, 5]);
    assert.equal(taken, 13);
  }));

Deno.test("encodeStream lays every matrix where the last one lay if asked to", () =>
  withModel(async (model) => {
    const texts = someTexts(7);
    const expected = await model.encode(texts);
    let last: Matrix | undefined;
    let row = 0;
    for await (const matrix of model.encodeStream(texts, { batchSize: 3, reuse: true })) {
      if (last) assert.equal(matrix.data.buffer, last.data.buffer);
      const range = [row * DIM, (row + matrix.rows) * DIM] as const;
      assert.deepEqual([...matrix.data], [...expected.data.subarray(...range)]);
      row += matrix.rows;
      last = matrix;
    }
    assert.equal(row, 7);
  }));
