import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Hub } from "../hub/mod.ts";
import { loadTokenizer } from "../text/mod.ts";
import { BatchSequence, prepareDataset, readRows, resolveSource } from "./mod.ts";

const mirror = Deno.env.get("LATHE_HUB_MIRROR") ?? new URL("../../shared/hub", import.meta.url).pathname;
const hub = new Hub({ mirror });
const ignore = !existsSync(mirror);
if (ignore) console.log(`tests on the hub mirror are skipped: there is no ${mirror}`);

const ENGLISH = "google-bert/bert-base-uncased";
const MULTILINGUAL = "lathe-data/multilingual-wordpiece";

/** Data sets whose texts are compared, and every how manyth row of them. */
const SAMPLES: [tokenizer: string, source: string, config: string | undefined, every: number][] = [
  [ENGLISH, "wordnet", "definitions", 50],
  [ENGLISH, "wordnet", "examples", 50],
  [ENGLISH, "medquad", undefined, 50],
  [ENGLISH, "squad-sentences", undefined, 10],
  [ENGLISH, "tldr", undefined, 20],
  [ENGLISH, "parallel-sentences-tatoeba", undefined, 40],
  [MULTILINGUAL, "parallel-sentences-tatoeba", undefined, 10],
  [MULTILINGUAL, "stsb", "zh", 5],
];

for (const [model, source, config, every] of SAMPLES) {
  Deno.test({
    name: `the memo gives the bare engine's ids on ${source} ${config ?? ""} with ${model}`,
    ignore,
    async fn(): Promise<void> {
      const json = await Deno.readFile(join(mirror, "models", model, "tokenizer.json"));
      const memo = await loadTokenizer(json, model);
      const bare = await loadTokenizer(json, model, { kernels: false });
      let row = 0;
      for await (
        const rows of readRows(
          await resolveSource(`hf://datasets/lathe-data/${source}`, { config, hub }),
        )
      ) {
        const sample = rows.filter(() => row++ % every === 0).flatMap((values) => Object.values(values));
        const texts = sample.filter((value) => typeof value === "string");
        deepStrictEqual(memo.encodeAll(texts), bare.encodeAll(texts));
      }
      ok(row > 1000);
      memo.dispose();
      bare.dispose();
    },
  });
}

Deno.test({
  name: "the four data sets of the reference give its 185,833 pairs and 93 batches of 2,048",
  ignore,
  async fn(): Promise<void> {
    const tokenizer = await loadTokenizer(
      await Deno.readFile(join(mirror, "models", ENGLISH, "tokenizer.json")),
      ENGLISH,
    );
    const specs = [["wordnet", "definitions"], ["wordnet", "examples"], ["medquad"], ["squad-sentences"]];
    const cacheFolder = await Deno.makeTempDir();
    const datasets = [];
    for (const [source, config] of specs) {
      const spec = { source: `hf://datasets/lathe-data/${source}`, config, duplicates: "keep" as const };
      datasets.push(await prepareDataset(spec, { name: source, tokenizer, seed: 12, hub, cacheFolder }));
    }
    tokenizer.dispose();
    await Deno.remove(cacheFolder, { recursive: true });
    strictEqual(datasets.reduce((sum, { rowCount }) => sum + rowCount, 0), 185_833);
    const plan = new BatchSequence(datasets, { batchSize: 2048, seed: 12 });
    deepStrictEqual(plan.batchCounts, [53, 25, 9, 6]);
    strictEqual(plan.totalSteps, 93);
  },
});
