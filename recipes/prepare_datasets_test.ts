import assert from "node:assert/strict";
import { join } from "node:path";
import { loadTokenizer } from "../text/mod.ts";
import { minimalRecipe } from "./_minimal_recipe.ts";
import { heldOutPairs, prepareDatasets } from "./prepare_datasets.ts";
import { resolveRecipe } from "./resolve.ts";

const TOKENIZER = JSON.stringify({
  version: "1.0",
  added_tokens: [],
  pre_tokenizer: { type: "Whitespace" },
  model: {
    type: "WordPiece",
    unk_token: "[UNK]",
    continuing_subword_prefix: "##",
    max_input_chars_per_word: 100,
    vocab: { "[UNK]": 0, question: 1, answer: 2 },
  },
});

Deno.test("prepareDatasets reads what a recipe names, and heldOutPairs gives the rows it holds out", async () => {
  const folder = await Deno.makeTempDir();
  const tokenizer = await loadTokenizer(TOKENIZER, "tokenizer of the test");
  try {
    const lines = Array.from(
      { length: 10 },
      (_, i) => JSON.stringify({ q: `question ${i}`, a: `answer ${i}` }),
    );
    await Deno.writeTextFile(join(folder, "pairs.jsonl"), lines.join("\n"));
    const recipe = resolveRecipe({
      ...minimalRecipe(),
      datasets: {
        kept: { source: "pairs.jsonl", take: 4 },
        split: { source: "pairs.jsonl", columns: ["q", "a"], heldOut: 3 },
      },
    });
    const options = { tokenizer, baseFolder: folder, cacheFolder: join(folder, "cache") };
    const all = await prepareDatasets(recipe, options);
    assert.deepEqual(all.map(({ name, rowCount }) => [name, rowCount]), [["kept", 4], ["split", 7]]);
    const some = await prepareDatasets(recipe, { ...options, heldOutOnly: true });
    const [pairs, ...others] = heldOutPairs(some);
    assert.equal(others.length, 0);
    assert.deepEqual(pairs, heldOutPairs(all)[0]);
    assert.equal(pairs.name, "split");
    assert.deepEqual(pairs.positives, pairs.anchors.map((each) => each.replace("question", "answer")));
  } finally {
    tokenizer.dispose();
    await Deno.remove(folder, { recursive: true });
  }
});
