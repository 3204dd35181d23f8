import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { CHARACTER_DATA } from "./_character_data.ts";
import { characterDataText, probeCharacters } from "./_probe_characters.ts";
import { buildWordPieceTokenizer, loadTokenizer } from "./mod.ts";

/** What texts are made of: everything that a step of the tokenizer treats in its own way, and fragments of words. */
const FRAGMENTS = [
  ..."aeZ09 .,!#'[]<>_$^`~@\t\n\r\0\x0b\x0c\x1c\x7f",
  ..."\u0085\u00a0\u2003\u2028\u200b\u200d\u00ad\ufeff\ufffd",
  ..."éÉßſİıΣςσǅﬁ\u037e\u1fef\u0301\u0338\u0323\u0345",
  ..."東京\uac00\u1100\u1161กำहि🙂\u{20001}\u{1f1e6}\uf900\u{2b820}",
  "\ud800",
  "\udc00",
  "lathe",
  "Turned",
  "[MASK]",
  "[mask]",
  "[UNK",
  "##the",
  "x".repeat(101),
  "é".repeat(100),
  "sixteen-bytes-xx",
  "seventeenlettersx",
];
const CORPUS = [
  "Turned on a lathe, the é and ß of 東京 (0 to 9) are zest; naïve İstanbul.",
  "ease [a] seat, seventeenletters",
];

/** A generator of its own: this folder may not import another one's. Numerical Recipes' constants. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function nastyTexts(count: number): string[] {
  const random = generator(7);
  return Array.from({ length: count }, (_, i) => {
    return Array.from({ length: i % 24 }, () => FRAGMENTS[Math.floor(random() * FRAGMENTS.length)]).join("");
  });
}

/** Random code points, most of them from where marks and small alphabets are; some lone surrogates. */
function unicodeTexts(count: number): string[] {
  const random = generator(11);
  const within = (start: number, end: number): number => start + Math.floor(random() * (end - start));
  const codePoint = (): number => {
    const kind = random();
    if (kind < 0.3) return within(0, 0x300);
    if (kind < 0.45) return within(0x300, 0x370);
    if (kind < 0.7) return within(0, 0x3000);
    if (kind < 0.8) return within(0, 0x10000);
    return kind < 0.9 ? within(0x10000, 0x12000) : within(0, 0x110000);
  };
  return Array.from({ length: count }, () => {
    return Array.from({ length: within(0, 20) }, () => String.fromCodePoint(codePoint())).join("");
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

/** A tokenizer that tells every character from every other, at the start of a word and inside it. */
function spellingJson(normalizer: unknown): string {
  return tokenizerJson((file) => {
    file.normalizer = normalizer;
    const vocab = file.model.vocab as Record<string, number>;
    let id = 1000;
    for (let code = 1; code < 0x3100; code++) {
      for (const form of ["", "##"]) vocab[form + String.fromCodePoint(code)] ??= id++;
    }
    for (let code = 0x10000; code < 0x12000; code++) vocab["##" + String.fromCodePoint(code)] ??= id++;
  });
}

async function assertSameIds(json: string, texts: readonly string[]): Promise<void> {
  const fast = await loadTokenizer(json, "test");
  const library = await loadTokenizer(json, "test", { kernels: false });
  const [found, wanted] = [fast.encodeAll(texts), library.encodeAll(texts)];
  texts.forEach((text, i) => {
    const range = [wanted.offsets[i], wanted.offsets[i + 1]] as const;
    deepStrictEqual(
      found.ids.slice(found.offsets[i], found.offsets[i + 1]),
      wanted.ids.slice(...range),
      JSON.stringify(text),
    );
  });
  library.dispose();
}

const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: false };
const normalizer = {
  type: "BertNormalizer",
  clean_text: true,
  handle_chinese_chars: true,
  strip_accents: null,
  lowercase: true,
};

function withAdded(content: string, more: object = {}): string {
  return tokenizerJson((file) => {
    (file.model.vocab as Record<string, number>)[content] = 500;
    file.added_tokens.push({ ...flags, id: 500, content, ...more });
  });
}

const KERNELS: Record<string, string> = {
  "lower-cased": tokenizerJson(() => {}),
  "cased": tokenizerJson(() => {}, false),
  "cased, accents stripped": tokenizerJson((file) => {
    file.normalizer = { ...normalizer, strip_accents: true, lowercase: false };
  }, false),
  "lower-cased, accents kept, nothing cleaned": tokenizerJson((file) => {
    file.normalizer = { ...normalizer, clean_text: false, strip_accents: false };
  }),
  "no normalizer": tokenizerJson((file) => void (file.normalizer = null), false),
  "words of at most 5 characters": tokenizerJson((file) => void (file.model.max_input_chars_per_word = 5)),
  "added tokens that begin alike": tokenizerJson((file) => {
    const vocab = file.model.vocab as Record<string, number>;
    for (const content of ["[U", "[UN", "# a", "#\u6771"]) {
      vocab[content] = 500 + Object.keys(vocab).length;
      file.added_tokens.push({ ...flags, id: vocab[content], content });
    }
  }),
  "a prefix of letters": tokenizerJson((file) => {
    const vocab = file.model.vocab as Record<string, number>;
    const entries = Object.entries(vocab).map(([token, id]) => [token.replace(/^##/, "x"), id]);
    file.model.vocab = Object.fromEntries(entries);
    file.model.continuing_subword_prefix = "x";
  }),
};

const LIBRARY: Record<string, string> = {
  "an added token that matches normalised text": withAdded("[e", { normalized: true }),
  "an added token that begins with a letter": withAdded("ath"),
  "an added token that swallows white space": withAdded("#0", { lstrip: true }),
  "an added token that is not in the vocabulary": tokenizerJson((file) => {
    file.added_tokens.push({ ...flags, id: 600, content: "#!" });
  }),
  "a sequence of normalizers": tokenizerJson((file) => {
    file.normalizer = { type: "Sequence", normalizers: [file.normalizer, { type: "NFC" }] };
  }),
  "words of any length": tokenizerJson((file) => void (file.model.max_input_chars_per_word = 5000)),
};

for (const [what, json] of Object.entries(KERNELS)) {
  Deno.test(`encodeAll() gives the library's ids for 3,000 nasty texts: ${what}`, async () => {
    await assertSameIds(json, nastyTexts(3000));
  });
}

Deno.test("loadTokenizer() leaves to the library what the kernels might split otherwise", async () => {
  for (const [what, json] of Object.entries({ ...KERNELS, ...LIBRARY })) {
    const tokenizer = await loadTokenizer(json, "test");
    strictEqual(tokenizer.image !== undefined, what in KERNELS, what);
    tokenizer.dispose();
  }
});

const NORMALIZERS: Record<string, unknown> = {
  "all steps": normalizer,
  "no step": null,
  "nothing cleaned": { ...normalizer, clean_text: false },
  "Chinese characters not isolated, case kept": {
    ...normalizer,
    handle_chinese_chars: false,
    strip_accents: true,
    lowercase: false,
  },
};

for (const [what, steps] of Object.entries(NORMALIZERS)) {
  Deno.test(`encodeAll() gives the library's ids for 3,000 texts of random code points: ${what}`, async () => {
    await assertSameIds(spellingJson(steps), unicodeTexts(3000));
  });
}

Deno.test("encodeAll() gives the library's ids for every code point between a letter and marks in another order", async () => {
  const codes = Array.from({ length: 0x110000 }, (_, code) => code);
  // Private use and unassigned planes are alike from end to end: every 64th will do.
  const chosen = codes.filter((code) => code < 0x3400 || code % (code < 0x20000 ? 8 : 64) === 0);
  const texts = chosen.map((code) => `a${String.fromCodePoint(code)}\u0327b\u1dfa\u0fc6c`);
  await assertSameIds(spellingJson(normalizer), texts);
});

Deno.test("encodeAll() finds pieces of every length, and words of up to the longest", async () => {
  const lengths = [1, 2, 3, 5, 8, 15, 16, 17, 31, 32, 33, 48, 62, 63, 64, 65, 90];
  const json = tokenizerJson((file) => {
    const vocab = file.model.vocab as Record<string, number>;
    let id = 1000;
    for (const letter of ["q", "\u0436", "\u0e04"]) {
      for (const length of lengths) {
        vocab[letter.repeat(length)] = id++;
        vocab["##" + letter.repeat(length)] = id++;
      }
    }
    vocab["##w"] = id;
  });
  const words = ["q", "\u0436", "\u0e04"].flatMap((letter) => {
    return Array.from({ length: 103 }, (_, length) => letter.repeat(length));
  });
  const texts = words.flatMap((word) => [word, word + "w", `${word.slice(1)} ${word}.${word}W`]);
  await assertSameIds(json, texts);
});

Deno.test("encodeAll() gives the same ids for texts longer than a batch, and for many", async () => {
  const json = KERNELS["lower-cased"];
  const tokenizer = await loadTokenizer(json, "test");
  const short = nastyTexts(500);
  // Spaces keep the words of one text from those of the next.
  const long = short.join(" ").repeat(12);
  strictEqual(long.length > 1 << 16, true);
  const once = tokenizer.encodeAll(short);
  const { ids, offsets } = tokenizer.encodeAll([...short, long, ...short, long]);
  deepStrictEqual(ids.subarray(0, once.ids.length), once.ids);
  deepStrictEqual(ids.slice(offsets[500], offsets[501]), ids.slice(offsets[1001], offsets[1002]));
  await assertSameIds(json, [long]);
  deepStrictEqual(tokenizer.encode(long), ids.slice(offsets[500], offsets[501]));
});

Deno.test({
  name: "_character_data.ts is what the library says of every code point",
  ignore: Deno.env.get("LATHE_SLOW_TESTS") === undefined,
  async fn(): Promise<void> {
    const stored = await Deno.readTextFile(new URL("./_character_data.ts", import.meta.url));
    const data = await probeCharacters();
    deepStrictEqual(data, CHARACTER_DATA);
    strictEqual(characterDataText(data), stored);
  },
});
