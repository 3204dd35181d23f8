import assert from "node:assert/strict";
import type { Tokenizer } from "../model/mod.ts";
import { randomBaseline } from "./random_baseline.ts";

/** A tokenizer of single letters. */
const letters = {
  vocabSize: 26,
  encodeAll(texts: readonly string[]) {
    const ids = texts.map((text) => [...text].map((letter) => letter.charCodeAt(0) - 97));
    const offsets = new Int32Array(texts.length + 1);
    ids.forEach((list, i) => offsets[i + 1] = offsets[i] + list.length);
    return { ids: Int32Array.from(ids.flat()), offsets };
  },
} as unknown as Tokenizer;

Deno.test("randomBaseline: vectors of mean 0 and deviation 1, the same for the same seed", async () => {
  const { name, encoder } = randomBaseline(letters, { dim: 500 });
  assert.equal(name, "random");
  const { data } = await encoder(["a"]);
  const mean = data.reduce((sum, x) => sum + x, 0) / 500;
  const square = data.reduce((sum, x) => sum + x * x, 0) / 500;
  // 500 normal numbers: the mean is off by 0.045, the square by 0.063, each thrice that once in 400.
  assert.ok(Math.abs(mean) < 0.14 && Math.abs(square - 1) < 0.19, `${mean} ${square}`);
  assert.deepEqual(await randomBaseline(letters, { dim: 500 }).encoder(["a"]), await encoder(["a"]));
  assert.notDeepEqual((await randomBaseline(letters, { dim: 500, seed: 1 }).encoder(["a"])).data, data);
});
