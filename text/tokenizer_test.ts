import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildWordPieceTokenizer, loadTokenizer, type Tokenizer } from "./mod.ts";

const FIXTURES = new URL("../fixtures/text/", import.meta.url);
const MIRROR = Deno.env.get("LATHE_HUB_MIRROR") ?? new URL("../../shared/hub", import.meta.url).pathname;
const GOLDEN = join(MIRROR, "../golden/tokens.json");
const HAS_GOLDEN = existsSync(GOLDEN);
if (!HAS_GOLDEN) console.log(`golden tokenizer tests are skipped: there is no ${GOLDEN}`);

async function withTokenizer(json: string, use: (tokenizer: Tokenizer) => void): Promise<void> {
  const tokenizer = await loadTokenizer(json, "test");
  try {
    use(tokenizer);
  } finally {
    tokenizer.dispose();
  }
}

function tokensOf(tokenizer: Tokenizer, text: string): (string | undefined)[] {
  return [...tokenizer.encode(text)].map((id) => tokenizer.tokenOf(id));
}

Deno.test("loadTokenizer() reads byte-level BPE without truncation, padding and model type", async () => {
  const json = await Deno.readTextFile(new URL("byte_level_bpe.json", FIXTURES));
  await withTokenizer(json, (tokenizer) => {
    deepStrictEqual(tokensOf(tokenizer, "low lower"), ["low", "Ġlow", "er"]);
    deepStrictEqual(tokensOf(tokenizer, "lowé<|end|>low"), ["low", "Ã©", "<|end|>", "low"]);
    strictEqual(tokenizer.vocabSize, 14);
    strictEqual(tokenizer.unknownId, undefined);
    strictEqual(tokenizer.idOf("<|end|>"), 13);
    strictEqual(tokenizer.idOf("nowhere"), undefined);
    strictEqual(tokenizer.tokenOf(14), undefined);
    const { truncation, padding, post_processor } = JSON.parse(tokenizer.json);
    deepStrictEqual([truncation, padding, post_processor], [null, null, null]);
  });
});

Deno.test("loadTokenizer() reads Unigram and takes the likeliest pieces", async () => {
  const json = await Deno.readTextFile(new URL("unigram.json", FIXTURES));
  await withTokenizer(json, (tokenizer) => {
    // "▁turn" + "ed" (-2.5) beats "▁turned" (-4).
    deepStrictEqual(tokensOf(tokenizer, "Turned a lathe"), ["▁turn", "ed", "▁a", "▁", "la", "the"]);
    strictEqual(tokenizer.unknownId, 0);
    deepStrictEqual(tokensOf(tokenizer, "?"), ["▁", "<unk>"]);
  });
});

Deno.test("loadTokenizer() reads its own normalised json and gives the same ids", async () => {
  const json = buildWordPieceTokenizer(["turned on a lathe, twice"], { vocabSize: 64 });
  await withTokenizer(json, (first) => {
    const ids = first.encode("a lathe turned, unknown § twice");
    return withTokenizer(
      first.json,
      (second) => deepStrictEqual(second.encode("a lathe turned, unknown § twice"), ids),
    );
  });
});

Deno.test("encodeAll() gives what encode() gives, empty texts included", async () => {
  const json = buildWordPieceTokenizer(["turned on a lathe"], { vocabSize: 64 });
  await withTokenizer(json, (tokenizer) => {
    const texts = ["turned", "", " \t", "on a lathe [MASK]", "é"];
    const { ids, offsets } = tokenizer.encodeAll(texts);
    strictEqual(offsets.length, texts.length + 1);
    texts.forEach((text, i) =>
      deepStrictEqual(ids.slice(offsets[i], offsets[i + 1]), tokenizer.encode(text))
    );
    deepStrictEqual(tokenizer.encodeAll([]), { ids: new Int32Array(0), offsets: new Int32Array(1) });
  });
});

Deno.test("encode() treats a lone surrogate as U+FFFD and leaves its neighbours alone", async () => {
  const json = await Deno.readTextFile(new URL("byte_level_bpe.json", FIXTURES));
  await withTokenizer(json, (tokenizer) => {
    deepStrictEqual(tokenizer.encode("\ud800low\udfff low"), tokenizer.encode("\ufffdlow\ufffd low"));
    deepStrictEqual(tokensOf(tokenizer, "\ud800low"), ["low"]);
  });
});

Deno.test("loadTokenizer() refuses what is not a tokenizer in one sentence that names the file", async () => {
  const cases: [string | Uint8Array, typeof TypeError | typeof SyntaxError, RegExp][] = [
    ["not json", SyntaxError, /it is not JSON/],
    [new Uint8Array([0x22, 0xff, 0x22]), SyntaxError, /it is not JSON/],
    ["[]", TypeError, /not a JSON object/],
    ["{}", TypeError, /no "model"/],
    ['{"model":{"type":"Other","vocab":{}}}', TypeError, /model type is "Other"/],
    ['{"model":{"vocab":{}}}', TypeError, /model type is undefined/],
    ['{"model":{"type":"Unigram","vocab":{}}}', TypeError, /no list "vocab"/],
    ['{"model":{"type":"WordPiece"}}', TypeError, /no table "vocab"/],
    [
      '{"added_tokens":1,"model":{"type":"WordPiece","vocab":{}}}',
      TypeError,
      /"added_tokens" are not a list/,
    ],
    ['{"model":{"type":"WordPiece","vocab":{}}}', SyntaxError, /missing field/],
    [
      '{"model":{"type":"WordLevel","vocab":{"a":0},"unk_token":"[UNK]"}}',
      TypeError,
      /its unknown token "\[UNK\]" is not in its vocabulary/,
    ],
  ];
  for (const [json, kind, reason] of cases) {
    await rejects(loadTokenizer(json, "data/some.json"), (error: Error) => {
      ok(error instanceof kind, `${error.name}: ${error.message}`);
      match(error.message, /^Cannot load tokenizer data\/some\.json: .*; give the tokenizer\.json of/);
      match(error.message, reason);
      return true;
    });
  }
});

Deno.test("encode() says why the engine gave up on a text", async () => {
  // In a process of its own: the engine's module never recovers.
  const script = `
    import { loadTokenizer } from ${JSON.stringify(new URL("mod.ts", import.meta.url).href)};
    const json = '{"model":{"type":"Unigram","unk_id":null,"vocab":[["a",-1]]}}';
    const tokenizer = await loadTokenizer(json, "test");
    tokenizer.encode("a");
    try { tokenizer.encode("b"); } catch (error) { console.log(error.message); }`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    cwd: new URL("..", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  const [said, noise] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  match(
    said,
    /^Cannot tokenize a text: .*MissingUnkId; give a tokenizer that has a token for what it does not know\n$/,
  );
  strictEqual(noise, "");
});

Deno.test("vocabSize counts the largest id that the format allows", async () => {
  const json = '{"model":{"type":"WordLevel","vocab":{"a":0,"b":4294967295},"unk_token":"a"}}';
  await withTokenizer(json, (tokenizer) => strictEqual(tokenizer.vocabSize, 2 ** 32));
});

Deno.test("loadTokenizer() still works after the engine gave up on a file, and leaves no global names", async () => {
  await rejects(loadTokenizer('{"model":{"type":"WordPiece","vocab":{}}}', "bad"));
  const json = await Deno.readTextFile(new URL("unigram.json", FIXTURES));
  await withTokenizer(json, (tokenizer) => deepStrictEqual(tokensOf(tokenizer, "turn"), ["▁turn"]));
  for (const name of ["tokenizers", "require", "__filename", "__dirname"]) {
    ok(!(name in globalThis), name);
  }
});

Deno.test({
  name: "encode() gives the reference's ids for every text of tokens.json with all five tokenizers",
  ignore: !HAS_GOLDEN,
  async fn(): Promise<void> {
    const golden = JSON.parse(await Deno.readTextFile(GOLDEN)) as {
      texts: string[];
      tokenizers: Record<string, { vocab_size: number; ids: number[][] }>;
    };
    for (const [name, { vocab_size, ids }] of Object.entries(golden.tokenizers)) {
      await withTokenizer(
        await Deno.readTextFile(join(MIRROR, "models", name, "tokenizer.json")),
        (tokenizer) => {
          strictEqual(tokenizer.vocabSize, vocab_size, name);
          golden.texts.forEach((text, i) =>
            deepStrictEqual([...tokenizer.encode(text)], ids[i], `${name}: ${text}`)
          );
        },
      );
    }
  },
});
