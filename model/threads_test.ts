import assert from "node:assert/strict";
import { someTexts, thousandRows, thousandWords } from "./_thousand_words.ts";
import { tenRows, tenWords } from "./_ten_words.ts";
import { StaticModel } from "./static_model.ts";

const DIM = 70;

Deno.test("encode gives the same bits with one, two and three threads and any batch size, in the order of the texts", async () => {
  const texts = [...someTexts(1500), "", someTexts(60).join(" ").repeat(9), "\ud800 \0 x"];
  assert.ok(texts.some((text) => text.length > 1 << 16));
  const tokenizer = await thousandWords();
  for (const parts of [{}, { normalize: true, dropUnknown: true }]) {
    using model = StaticModel.create({ table: thousandRows(DIM), dim: DIM, tokenizer, ...parts });
    const expected = await model.encode(texts);
    const one = await Promise.all(texts.slice(0, 50).map((text) => model.encode([text])));
    assert.deepEqual(one.flatMap(({ data }) => [...data]), [...expected.data.subarray(0, 50 * DIM)]);
    for (const threads of [2, 3, 1]) {
      await model.useThreads(threads);
      assert.deepEqual(await model.encode(texts), expected);
      assert.deepEqual(await model.encode(texts, { batchSize: 301 }), expected);
      const short = await model.encode(texts, { truncate: 33 });
      assert.equal(short.data.length, 33 * texts.length);
    }
  }
});

Deno.test("encode with threads: small and large calls may overlap, and texts of all lengths come alone", async () => {
  using model = StaticModel.create({ table: thousandRows(DIM), dim: DIM, tokenizer: await thousandWords() });
  const texts = someTexts(700);
  const expected = await model.encode(texts);
  await model.useThreads(2);
  const [all, first, halves] = await Promise.all([
    model.encode(texts, { batchSize: 100 }),
    model.encode(texts.slice(0, 1)),
    model.encode(texts, { batchSize: 350 }),
  ]);
  assert.deepEqual(all, expected);
  assert.deepEqual(halves, expected);
  assert.deepEqual([...first.data], [...expected.data.subarray(0, DIM)]);
  const long = "a".repeat(300_000);
  const alone = await model.encode([long, texts[1], long + " " + texts[1]]);
  assert.deepEqual([...alone.data.subarray(DIM, 2 * DIM)], [...expected.data.subarray(DIM, 2 * DIM)]);
});

Deno.test("encode writes into an array that is given, and refuses one that is too short", async () => {
  using model = StaticModel.create({ table: tenRows(), dim: 4, tokenizer: await tenWords() });
  const out = new Float32Array(9).fill(7);
  const { data } = await model.encode(["a", "b"], { out });
  assert.equal(data.buffer, out.buffer);
  assert.deepEqual([...out], [0.25, 0.5, 0.75, 1, 0.375, 0.75, 1.125, 1.5, 7]);
  await assert.rejects(model.encode(["a", "b", "c"], { out }), {
    name: "RangeError",
    message: "Cannot encode into 9 numbers: 3 vectors of 4 need 12; give a longer array",
  });
});

Deno.test("useThreads changes nothing for tokenizers that threads cannot share, and refuses no threads", async () => {
  using model = StaticModel.create({ table: tenRows(), dim: 4, tokenizer: await tenWords() });
  const expected = await model.encode(["a b", "tree"]);
  await model.useThreads(2);
  assert.deepEqual(await model.encode(["a b", "tree"]), expected);
  for (const threads of [0, 1.5, NaN]) {
    await assert.rejects(model.useThreads(threads), /they are counted from 1; give the number of cores/);
  }
});

Deno.test("a process ends although a model's threads were not", async () => {
  const script = `
    import { StaticModel } from ${JSON.stringify(new URL("mod.ts", import.meta.url).href)};
    import { thousandRows, thousandWords } from ${
    JSON.stringify(new URL("_thousand_words.ts", import.meta.url).href)
  };
    const model = StaticModel.create({ table: thousandRows(8), dim: 8, tokenizer: await thousandWords() });
    await model.useThreads(2);
    console.log((await model.encode(Array(1000).fill("some words"))).rows);`;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    cwd: new URL("..", import.meta.url),
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  // A minute is far more than a loaded machine needs; a process that waits for its threads never ends.
  const timer = setTimeout(() => process.kill("SIGKILL"), 60_000);
  const { stdout, stderr, success } = await process.output();
  clearTimeout(timer);
  assert.equal(new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr), "1000\n");
  assert.ok(success);
});
