import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { bertWords } from "./_bert_words.ts";
import { buildWordPieceTokenizer, loadTokenizer } from "./mod.ts";

const TEXTS = [
  "Window.createImageBitmap creates a bitmap from an image",
  "OffscreenCanvas.transferToImageBitmap creates an image",
  "naïve café, 東京",
];

async function pieces(json: string, text: string): Promise<(string | undefined)[]> {
  const tokenizer = await loadTokenizer(json, "test");
  const tokens = [...tokenizer.encode(text)].map((id) => tokenizer.tokenOf(id));
  tokenizer.dispose();
  return tokens;
}

Deno.test("buildWordPieceTokenizer() splits identifiers where their case changes", async () => {
  const json = buildWordPieceTokenizer(TEXTS, { vocabSize: 300 });
  deepStrictEqual(await pieces(json, "createImageBitmap"), ["create", "##image", "##bitmap"]);
  deepStrictEqual(await pieces(json, "creates an image"), ["creates", "an", "image"]);
});

Deno.test("buildWordPieceTokenizer() covers every character of its texts, at the start and inside of words", async () => {
  const json = buildWordPieceTokenizer(TEXTS, { vocabSize: 300 });
  for (const text of [...TEXTS, "zfrmnaps pamrnf 京東"]) {
    const known = text.startsWith("z") ? text.slice(1) : text;
    ok(!(await pieces(json, known)).includes("[UNK]"), known);
  }
  deepStrictEqual(await pieces(json, "z"), ["[UNK]"]);
});

Deno.test("buildWordPieceTokenizer() gives the same file for the same texts, of at most the size asked for", () => {
  for (const vocabSize of [16, 60, 5000]) {
    const json = buildWordPieceTokenizer(TEXTS, { vocabSize });
    strictEqual(json, buildWordPieceTokenizer(new Set(TEXTS), { vocabSize }));
    const { added_tokens, model } = JSON.parse(json);
    const ids = Object.values<number>(model.vocab).sort((a, b) => a - b);
    ok(ids.length <= vocabSize);
    deepStrictEqual(ids, ids.map((_, i) => i));
    for (const { content, id } of added_tokens) strictEqual(model.vocab[content], id);
  }
});

Deno.test("buildWordPieceTokenizer() keeps case if asked to", async () => {
  const json = buildWordPieceTokenizer(TEXTS, { vocabSize: 300, lowercase: false });
  deepStrictEqual(await pieces(json, "Window"), ["Window"]);
  deepStrictEqual((await pieces(json, "W"))[0], "W");
  deepStrictEqual(await pieces(json, "createImageBitmap"), ["create", "##Image", "##Bitmap"]);
});

Deno.test("buildWordPieceTokenizer() refuses a vocabulary that is too small", () => {
  for (const vocabSize of [15, 0, 100.5, NaN]) {
    throws(() => buildWordPieceTokenizer(TEXTS, { vocabSize }), RangeError);
  }
});

Deno.test("bertWords() splits as BertNormalizer and BertPreTokenizer do", async () => {
  const text = "Ünïcode\u00a0words: it's 東京タワー, \x01dropped\u200b; ΣΑΣ $5.00 <a|b> İ";
  const words = bertWords(text, true);
  // A vocabulary that holds exactly these words gives them back only if the real tokenizer splits at the same places.
  const file = JSON.parse(buildWordPieceTokenizer([text], { vocabSize: 16 }));
  const vocabulary = [
    ...file.added_tokens.map(({ content }: { content: string }) => content),
    ...new Set(words),
  ];
  file.model.vocab = Object.fromEntries(vocabulary.map((word, id) => [word, id]));
  for (const token of file.added_tokens) token.id = file.model.vocab[token.content];
  deepStrictEqual(await pieces(JSON.stringify(file), text), words);
});
