import { loadTokenizer, type Tokenizer } from "../text/mod.ts";

/** For tests: a word-level tokenizer of [UNK] (id 0) and nine words: a b c red green blue cat dog tree. */
export async function tenWords(): Promise<Tokenizer> {
  const path = new URL("../fixtures/model/ten_words.json", import.meta.url);
  return await loadTokenizer(await Deno.readTextFile(path), "ten_words.json");
}

/** For tests: a table of ten rows and four columns; row r, column c is (r + 1) (c + 1) / 8, exact in float32. */
export function tenRows(): Float32Array {
  return Float32Array.from({ length: 40 }, (_, i) => (Math.floor(i / 4) + 1) * (i % 4 + 1) / 8);
}
