import assert from "node:assert/strict";
import { loadTokenizer } from "../text/mod.ts";
import { testTokenizer, TOKENS } from "./_test_teacher.ts";
import { mostUsedTokens } from "./most_used_tokens.ts";
import { pruneTokenizer } from "./prune_tokenizer.ts";
import { trainTokenizer } from "./train_tokenizer.ts";

const JSON_TEXT = JSON.stringify(testTokenizer());

async function tokensOf(json: string, text: string): Promise<(string | undefined)[]> {
  const tokenizer = await loadTokenizer(json, "the pruned tokenizer");
  const tokens = Array.from(tokenizer.encode(text), (id) => tokenizer.tokenOf(id));
  tokenizer.dispose();
  return tokens;
}

async function* textsOf(...texts: string[]): AsyncGenerator<string[]> {
  yield await Promise.resolve(texts);
}

Deno.test("pruneTokenizer() closes ranks and tells which ids are kept", async () => {
  const { json, kept } = pruneTokenizer(JSON_TEXT, (token) => !/unused|dog/.test(token));
  assert.deepEqual(Array.from(kept, (id) => TOKENS[id]), TOKENS.filter((token) => !/unused|dog/.test(token)));
  const tokenizer = await loadTokenizer(json, "the pruned tokenizer");
  assert.equal(tokenizer.vocabSize, kept.length);
  kept.forEach((old, id) => assert.equal(tokenizer.tokenOf(id), TOKENS[old]));
  tokenizer.dispose();
  assert.deepEqual(await tokensOf(json, "[CLS] cats dog"), ["[CLS]", "cat", "##s", "[UNK]"]);
});

Deno.test("pruneTokenizer() keeps the unknown token, and refuses to keep nothing else", async () => {
  const { json } = pruneTokenizer(JSON_TEXT, (token) => token === "cat");
  assert.deepEqual(await tokensOf(json, "cat bird"), ["cat", "[UNK]"]);
  assert.throws(
    () => pruneTokenizer(JSON_TEXT, () => false),
    /^RangeError: Cannot take tokens out: none of 11 would be left; remove fewer, or give another pattern$/,
  );
});

Deno.test("pruneTokenizer() of BPE keeps what a kept token is merged from", async () => {
  const texts = textsOf(..."low lower lowest new newer newest".split(" ").flatMap((word) => [word, word]));
  const json = await trainTokenizer(texts, { kind: "bpe", vocabSize: 300 });
  const [whole] = await tokensOf(json, "lowest");
  assert.equal(whole, "\u0120lowest");
  const pruned = pruneTokenizer(json, (token) => [...token].length === 1 || token === "\u0120lowest");
  assert.deepEqual(await tokensOf(pruned.json, "lowest"), ["\u0120lowest"]);
  assert.ok(JSON.parse(pruned.json).model.merges.length < JSON.parse(json).model.merges.length);
});

Deno.test("pruneTokenizer() of Unigram keeps scores and the unknown token's place", async () => {
  const texts = textsOf(..."cat cat cats cats dog dog dogs dogs".split(" "));
  const json = await trainTokenizer(texts, { kind: "unigram", vocabSize: 300 });
  const pruned = pruneTokenizer(json, (token) => token !== "<pad>" && !token.includes("dog"));
  const { model } = JSON.parse(pruned.json);
  assert.equal(model.vocab[model.unk_id][0], "<unk>");
  assert.deepEqual(await tokensOf(pruned.json, "cats 7"), [
    ...await tokensOf(json, "cats"),
    "\u2581",
    "<unk>",
  ]);
});

Deno.test("mostUsedTokens() keeps special tokens, characters and the most frequent others", async () => {
  const tokenizer = await loadTokenizer(JSON_TEXT, "the tokenizer");
  const counts = TOKENS.map((token) => ({ cat: 5, bird: 9, dog: 7 })[token] ?? 0);
  const keep = mostUsedTokens(tokenizer, { counts, vocabSize: 7 });
  assert.deepEqual(TOKENS.filter(keep), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "dog", "bird", "##s"]);
  assert.throws(
    () => mostUsedTokens(tokenizer, { counts, vocabSize: 4 }),
    /5 are single characters or special; keep 5/,
  );
  tokenizer.dispose();
});
