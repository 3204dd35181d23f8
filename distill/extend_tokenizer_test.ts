import assert from "node:assert/strict";
import { loadTokenizer, type Tokenizer } from "../text/mod.ts";
import { testTokenizer, TOKENS } from "./_test_teacher.ts";
import { type ExtendedTokenizer, extendTokenizer } from "./extend_tokenizer.ts";
import { frequentWords } from "./frequent_words.ts";
import { type TokenizerKind, trainTokenizer } from "./train_tokenizer.ts";

async function* textsOf(...texts: string[]): AsyncGenerator<string[]> {
  yield await Promise.resolve(texts);
}

async function extended(json: string, words: readonly string[]): Promise<ExtendedTokenizer> {
  const tokenizer = await loadTokenizer(json, "the tokenizer");
  const result = await extendTokenizer(tokenizer, words);
  tokenizer.dispose();
  return result;
}

async function withTokenizer(json: string, use: (tokenizer: Tokenizer) => void): Promise<void> {
  const tokenizer = await loadTokenizer(json, "the extended tokenizer");
  use(tokenizer);
  tokenizer.dispose();
}

function tokensOf(tokenizer: Tokenizer, text: string): string[] {
  return Array.from(tokenizer.encode(text), (id) => tokenizer.tokenOf(id)!);
}

Deno.test("extendTokenizer() puts words into WordPiece as the tokenizer spells them, and says what it leaves out", async () => {
  const { json, added, skipped } = await extended(
    JSON.stringify(testTokenizer()),
    ["Cats", "uncats", "dog", "cats", "cat dog", "\u732b", ""],
  );
  assert.deepEqual(added.map(({ token }) => token), ["cats", "uncats"]);
  assert.deepEqual(Array.from(added[1].pieces, (id) => TOKENS[id]), ["un", "##cat", "##s"]);
  assert.deepEqual(skipped.map(({ word, reason }) => `${word}: ${reason}`), [
    "dog: it is one token already, or none",
    "cats: it was given before",
    "cat dog: the tokenizer does not see it as one word",
    "\u732b: it is one token already, or none",
    ": it is empty",
  ]);
  await withTokenizer(json, (tokenizer) => {
    assert.equal(tokenizer.vocabSize, TOKENS.length + 2);
    assert.equal(tokenizer.idOf("cats"), TOKENS.length);
    assert.deepEqual(tokensOf(tokenizer, "cats CATS uncats dogs"), ["cats", "cats", "uncats", "dog", "##s"]);
  });
});

const TEXTS =
  "The lathe turns and the lathe turned while wood turned on lathes. Turning wood returns turnings.".split(
    " ",
  );

for (const kind of ["bpe", "unigram"] satisfies TokenizerKind[]) {
  Deno.test(`extendTokenizer() makes whole words of ${kind} and leaves other texts alone`, async () => {
    const before = await trainTokenizer(textsOf(...TEXTS, ...TEXTS), { kind, vocabSize: 300 });
    const { json, added, skipped } = await extended(before, ["woodturning", "two words"]);
    assert.deepEqual(skipped.map(({ word }) => word), ["two words"]);
    await withTokenizer(json, (tokenizer) => {
      assert.deepEqual(tokensOf(tokenizer, "woodturning").length, 1);
      assert.deepEqual(tokensOf(tokenizer, "the woodturning lathe").length, 3);
      added.forEach(({ token }, i) => {
        assert.equal(tokenizer.idOf(token), tokenizer.vocabSize - added.length + i);
      });
    });
    const sentence = "the lathes turned";
    let pieces: string[] = [];
    await withTokenizer(before, (tokenizer) => pieces = tokensOf(tokenizer, sentence));
    await withTokenizer(json, (tokenizer) => assert.deepEqual(tokensOf(tokenizer, sentence), pieces));
  });
}

Deno.test("frequentWords() counts what is cut into pieces, and spellings that come out alike as one word", async () => {
  const tokenizer = await loadTokenizer(JSON.stringify(testTokenizer()), "the tokenizer");
  const texts = textsOf("cat cat cat cats Cats", "uncats, dogs dogs dogs xyz xyz xyz");
  assert.deepEqual(await frequentWords(texts, tokenizer, { most: 9, atLeast: 2 }), ["dogs", "cats"]);
  assert.deepEqual(await frequentWords(textsOf("dogs dogs cats"), tokenizer, { most: 1, atLeast: 1 }), [
    "dogs",
  ]);
  tokenizer.dispose();
});
