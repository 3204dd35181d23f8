import assert from "node:assert/strict";
import { loadTokenizer } from "../text/mod.ts";
import { mergePairs } from "./_merge_pairs.ts";
import { trainUnigram } from "./_unigram.ts";
import { TOKENIZER_KINDS, trainTokenizer, type TrainTokenizerOptions } from "./train_tokenizer.ts";

async function* textsOf(...texts: string[]): AsyncGenerator<string[]> {
  yield await Promise.resolve(texts);
}

async function trained(
  texts: readonly string[],
  options: TrainTokenizerOptions,
  sample: string,
): Promise<string[]> {
  const tokenizer = await loadTokenizer(
    await trainTokenizer(textsOf(...texts), options),
    "the trained tokenizer",
  );
  const tokens = Array.from(tokenizer.encode(sample), (id) => tokenizer.tokenOf(id)!);
  tokenizer.dispose();
  return tokens;
}

/** The example of Sennrich, Haddow and Birch 2016. */
const WORDS: [string, number][] = [["low", 5], ["lower", 2], ["newest", 6], ["widest", 3]];

Deno.test("mergePairs() merges as the example of the paper does", () => {
  const letters = "abcdefghijklmnopqrstuvwxyz";
  const tokens = [...letters];
  const words = WORDS.map(([word, count]) => ({
    symbols: [...word].map((letter) => letters.indexOf(letter)),
    count,
  }));
  const merges = mergePairs(words, {
    symbolCount: 15,
    atLeast: 1,
    join: (left, right) => tokens.push(tokens[left] + tokens[right]) - 1,
  });
  // e s (9), es t (9), l o (7), lo w (7): e s stands before s t, which is as frequent, by its smaller number.
  assert.deepEqual(merges.slice(0, 4).map(({ merged }) => tokens[merged]), ["es", "est", "lo", "low"]);
});

Deno.test("trainTokenizer() learns the words of its texts, whatever the kind", async () => {
  const texts = WORDS.flatMap(([word, count]) => new Array(count).fill(word));
  const sample = "newest low";
  assert.deepEqual(await trained(texts, { kind: "wordPiece", vocabSize: 300 }, sample), ["newest", "low"]);
  assert.deepEqual(await trained(texts, { kind: "bpe", vocabSize: 300 }, sample), [
    "\u0120newest",
    "\u0120low",
  ]);
  assert.deepEqual(await trained(texts, { kind: "unigram", vocabSize: 300 }, sample), [
    "\u2581newest",
    "\u2581low",
  ]);
});

Deno.test("trainTokenizer() keeps to its size, and the same texts give the same file", async () => {
  const text = await Deno.readTextFile(new URL("../README.md", import.meta.url));
  const page = text.split("\n");
  for (const kind of TOKENIZER_KINDS) {
    const options = { kind, vocabSize: 400 };
    const json = await trainTokenizer(textsOf(...page), options);
    assert.equal(await trainTokenizer(textsOf(...page), options), json);
    const tokenizer = await loadTokenizer(json, kind);
    // Unigram lets pieces go that are not expected once in so short a text.
    const least = kind === "unigram" ? 100 : 350;
    assert.ok(tokenizer.vocabSize <= 400 && tokenizer.vocabSize > least, `${kind}: ${tokenizer.vocabSize}`);
    const { ids } = tokenizer.encodeAll(page);
    const unknown = ids.filter((id) => id === tokenizer.unknownId).length;
    // Words that are seen once may hold characters that are not known.
    assert.ok(unknown / ids.length < 0.02, `${kind}: ${unknown} of ${ids.length} unknown`);
    tokenizer.dispose();
  }
});

Deno.test("trainTokenizer() lower-cases and strips unless it is told not to; bytes leave nothing unknown", async () => {
  const texts = new Array(3).fill("\u00c9t\u00e9 Stra\u00dfe \u6f22\u5b57");
  assert.deepEqual(
    await trained(texts, { kind: "wordPiece", vocabSize: 300 }, "\u00c9T\u00c9 \u6f22\u5b57"),
    [
      "ete",
      "\u6f22",
      "\u5b57",
    ],
  );
  assert.deepEqual(
    await trained(
      texts,
      { kind: "wordPiece", vocabSize: 300, lowercase: false },
      "\u00c9t\u00e9 \u00e9t\u00e9",
    ),
    ["\u00c9t\u00e9", "[UNK]"],
  );
  const tokenizer = await loadTokenizer(
    await trainTokenizer(textsOf(...texts), { kind: "bpe", vocabSize: 300 }),
    "bpe",
  );
  assert.equal(tokenizer.unknownId, undefined);
  assert.equal(tokenizer.encode("\u{1f980}").length, 5); // the space before it and four bytes
  tokenizer.dispose();
});

Deno.test("trainUnigram() gives probabilities that add up to less than 1, single characters among them", () => {
  const words = WORDS.map(([word, count]) => ({ letters: [...word], count }));
  const pieces = trainUnigram(words, { pieces: 14 });
  assert.ok(pieces.length <= 14);
  const total = pieces.reduce((sum, [, score]) => sum + Math.exp(score), 0);
  // The digamma function takes up to exp(-1/2n) from a count n: the sum falls short of 1.
  assert.ok(total < 1 && total > 0.7, String(total));
  for (const letter of new Set(WORDS.flatMap(([word]) => [...word]))) {
    assert.ok(pieces.some(([piece]) => piece === letter), letter);
  }
});

Deno.test("trainTokenizer() refuses a size that holds nothing, and texts without words", async () => {
  await assert.rejects(
    trainTokenizer(textsOf("a"), { kind: "bpe", vocabSize: 299 }),
    /^RangeError: Cannot train a vocabulary of 299 tokens: it is too small; give a whole number from 300 on$/,
  );
  await assert.rejects(
    trainTokenizer(textsOf("", "one"), { kind: "wordPiece", vocabSize: 300 }),
    /no word occurs 2 times/,
  );
});
