import assert from "node:assert/strict";
import { type ModelParts, StaticModel } from "../model/mod.ts";
import { loadTokenizer } from "../text/mod.ts";
import { testModel } from "./_test_model.ts";
import { testTokenizer, TOKENS } from "./_test_teacher.ts";
import { carryTable } from "./carry_table.ts";
import { extendTokenizer } from "./extend_tokenizer.ts";
import { pruneTokenizer } from "./prune_tokenizer.ts";
import { trainTokenizer } from "./train_tokenizer.ts";

async function* textsOf(...texts: string[]): AsyncGenerator<string[]> {
  yield await Promise.resolve(texts);
}

/** First number of a token's row: a mean of old ids. */
async function rowsOf(
  { table, tokenizerJson }: ModelParts,
  tokens: readonly string[],
): Promise<(number | undefined)[]> {
  const tokenizer = await loadTokenizer(tokenizerJson, "the new tokenizer");
  const rows = tokens.map((token) => {
    const id = tokenizer.idOf(token);
    return id === undefined ? undefined : table[2 * id];
  });
  tokenizer.dispose();
  return rows;
}

const ID = Object.fromEntries(TOKENS.map((token, id) => [token, id]));

Deno.test("carryTable() keeps rows of a pruned vocabulary and averages those of an extended one", async () => {
  const { json } = pruneTokenizer(JSON.stringify(testTokenizer()), (token) => token !== "dog");
  const tokenizer = await loadTokenizer(json, "the pruned tokenizer");
  const { json: larger } = await extendTokenizer(tokenizer, ["uncats"]);
  tokenizer.dispose();
  const { parts, rows } = await carryTable(testModel(0.5), larger);
  assert.deepEqual(rows, { matched: TOKENS.length - 1, averaged: 1, unknown: 0 });
  assert.deepEqual(await rowsOf(parts, ["bird", "dog", "uncats"]), [
    ID.bird,
    undefined,
    Math.fround((ID.un + ID["##cat"] + ID["##s"]) / 3),
  ]);
});

Deno.test("carryTable() matches tokens by their text, however another kind of vocabulary spells them", async () => {
  for (const [kind, start] of [["bpe", "\u0120"], ["unigram", "\u2581"]] as const) {
    const words = textsOf(...new Array(3).fill("cat cats bird uncat dogs"));
    const { parts } = await carryTable(testModel(0.5), await trainTokenizer(words, { kind, vocabSize: 300 }));
    assert.deepEqual(await rowsOf(parts, [`${start}bird`, "s"]), [ID.bird, ID["##s"]]);
    const model = StaticModel.create({ ...parts, tokenizer: await loadTokenizer(parts.tokenizerJson, kind) });
    assert.deepEqual([...(await model.encode(["bird"])).data], [ID.bird, 0.5]);
    model.dispose();
  }
});

Deno.test("carryTable() from Unigram: what begins a word is not what goes on", async () => {
  const words = textsOf(...new Array(4).fill("cat cats s dogs dog"));
  const tokenizerJson = await trainTokenizer(words, { kind: "unigram", vocabSize: 300 });
  const { vocab } = JSON.parse(tokenizerJson).model as { vocab: [string, number][] };
  const old = new Map(vocab.map(([token], id) => [token, id]));
  const table = Float32Array.from(vocab.flatMap((_, id) => [id, 0.5]));
  const { parts, rows } = await carryTable(
    { ...testModel(0), table, rows: vocab.length, tokenizerJson },
    JSON.stringify(testTokenizer()),
  );
  assert.deepEqual(await rowsOf(parts, ["cat", "##s"]), [old.get("\u2581cat"), old.get("s")]);
  assert.deepEqual(
    await rowsOf(parts, ["[UNK]", "bird"]),
    [old.get("<unk>"), old.get("<unk>")].map((id, i) => {
      // "bird" has the piece "d", and characters that are not known.
      return i === 0 ? id : (old.get("\u2581")! + old.get("d")!) / 2;
    }),
  );
  assert.ok(rows.averaged > 0);
});

Deno.test("carryTable() refuses a quantised vocabulary and a tokenizer that has nothing in common", async () => {
  const json = JSON.stringify(testTokenizer());
  const mapping = Int32Array.from(TOKENS, () => 0);
  await assert.rejects(carryTable(testModel(1, { mapping }), json), /its vocabulary is quantised/);
  const strange: Record<string, unknown> = { ...testTokenizer(), added_tokens: [] };
  strange.model = { ...strange.model as object, vocab: { "\u732b": 0, "[UNK]": 1 } };
  await assert.rejects(
    carryTable(testModel(1), JSON.stringify(strange)),
    /the old tokenizer knows no token of the new one/,
  );
});
