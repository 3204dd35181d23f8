import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { createEngine } from "./_engine.ts";
import { GrowableIds } from "./_growable_ids.ts";
import { parseTokenizerFile } from "./_tokenizer_file.ts";
import { buildWordPieceTokenizer, loadTokenizer } from "./mod.ts";
import { createWordMemo } from "./word_memo.ts";

/** What texts are made of: everything that a step of the tokenizer treats in its own way, and fragments of words. */
const FRAGMENTS = [
  ..."aeZ09 .,!#'[]<>_$^`~@\t\n\r\0\x0b\x0c\x1c\x7f",
  ..."\u0085\u00a0\u2003\u2028\u200b\u200d\u00ad\ufeff\ufffd",
  ..."éÉßſİıΣςσǅﬁ\u037e\u1fef\u0301\u0338\u0323\u0345",
  ..."東京\uac00\u1100\u1161กำहि🙂\u{20001}\u{1f1e6}",
  "\ud800",
  "\udc00",
  "lathe",
  "Turned",
  "[MASK]",
  "[mask]",
  "[UNK",
  "##the",
  "x".repeat(101),
];
const CORPUS = ["Turned on a lathe, the é and ß of 東京 (0 to 9) are zest; naïve İstanbul.", "ease [a] seat"];

/** A generator of its own: this folder may not import another one's. Numerical Recipes' constants. */
function* fragmentsAtRandom(seed: number): Generator<string> {
  for (let state = seed;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield FRAGMENTS[Math.floor(state / 2 ** 32 * FRAGMENTS.length)];
  }
}

function randomTexts(count: number): string[] {
  const fragments = fragmentsAtRandom(7);
  return Array.from({ length: count }, (_, i) => {
    return Array.from({ length: i % 24 }, () => fragments.next().value).join("");
  });
}

type Change = (
  file: { normalizer: unknown; added_tokens: unknown[]; model: Record<string, unknown> },
) => void;

function tokenizerJson(change: Change, lowercase = true): string {
  const file = JSON.parse(buildWordPieceTokenizer(CORPUS, { vocabSize: 400, lowercase }));
  change(file);
  return JSON.stringify(file);
}

async function hasMemo(json: string): Promise<boolean> {
  const engine = await createEngine(json);
  try {
    return createWordMemo(parseTokenizerFile(json, "test"), engine) !== undefined;
  } finally {
    engine.dispose();
  }
}

const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: false };
const normalizer = {
  type: "BertNormalizer",
  clean_text: true,
  handle_chinese_chars: true,
  strip_accents: null,
};

const SAFE: [string, string][] = [
  ["lower-cased", tokenizerJson(() => {})],
  ["cased", tokenizerJson(() => {}, false)],
  [
    "cased, accents stripped",
    tokenizerJson((file) => {
      file.normalizer = { ...normalizer, strip_accents: true, lowercase: false };
    }, false),
  ],
  [
    "lower-cased, accents kept, nothing cleaned",
    tokenizerJson((file) => {
      file.normalizer = { ...normalizer, clean_text: false, strip_accents: false, lowercase: true };
    }),
  ],
  ["no normalizer", tokenizerJson((file) => void (file.normalizer = null), false)],
  ["words of at most 5 characters", tokenizerJson((file) => void (file.model.max_input_chars_per_word = 5))],
  [
    "added tokens that begin alike",
    tokenizerJson((file) => {
      file.added_tokens.push({ ...flags, id: 500, content: "[U" }, { ...flags, id: 501, content: "# a" });
    }),
  ],
];

const UNSAFE: [string, string][] = [
  [
    "an added token that matches normalised text",
    tokenizerJson((file) => {
      file.added_tokens.push({ ...flags, id: 500, content: "[E", normalized: true });
    }),
  ],
  [
    "an added token that begins with a letter",
    tokenizerJson((file) => {
      file.added_tokens.push({ ...flags, id: 500, content: "ath" });
    }),
  ],
  [
    "an added token that swallows white space",
    tokenizerJson((file) => {
      file.added_tokens.push({ ...flags, id: 500, content: "#0", lstrip: true });
    }),
  ],
  [
    "a sequence of normalizers",
    tokenizerJson((file) => {
      file.normalizer = { type: "Sequence", normalizers: [file.normalizer, { type: "NFC" }] };
    }),
  ],
];

for (const [what, json] of [...SAFE, ...UNSAFE]) {
  Deno.test(`encodeAll() gives the bare engine's ids for 4,000 nasty texts, seen once and again: ${what}`, async () => {
    strictEqual(await hasMemo(json), SAFE.some(([, safe]) => safe === json));
    const memo = await loadTokenizer(json, "test");
    const bare = await loadTokenizer(json, "test", { memo: false });
    const texts = randomTexts(4000);
    const expected = bare.encodeAll(texts);
    for (const pass of ["first", "second"]) {
      const { ids, offsets } = memo.encodeAll(texts);
      texts.forEach((text, i) => {
        const wanted = expected.ids.slice(expected.offsets[i], expected.offsets[i + 1]);
        deepStrictEqual(
          ids.slice(offsets[i], offsets[i + 1]),
          wanted,
          `${pass} pass, ${JSON.stringify(text)}`,
        );
      });
    }
    memo.dispose();
    bare.dispose();
  });
}

Deno.test("WordMemo gives the same ids when it is so small that it starts afresh all the time", async () => {
  const json = tokenizerJson(() => {});
  const engine = await createEngine(json);
  const file = parseTokenizerFile(json, "test");
  const [small, large] = [createWordMemo(file, engine, { maxEntries: 2 })!, createWordMemo(file, engine)!];
  for (const text of randomTexts(500)) {
    const [some, all] = [new GrowableIds(), new GrowableIds()];
    small.encodeInto(text, some);
    large.encodeInto(text, all);
    deepStrictEqual(some.copy(), all.copy(), JSON.stringify(text));
  }
  engine.dispose();
});
