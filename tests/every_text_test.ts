/**
 * The kernels split every text of the mirror as the Hugging Face tokenizers library does. The library takes minutes for
 * all of them, so that by default a sample is compared: set LATHE_SLOW_TESTS to compare every text.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { readRows, resolveSource } from "../data/mod.ts";
import { loadTokenizer } from "../text/mod.ts";

const MIRROR = Deno.env.get("LATHE_HUB_MIRROR") ?? new URL("../../shared/hub", import.meta.url).pathname;
const HAS_MIRROR = existsSync(MIRROR);
if (!HAS_MIRROR) console.log(`the texts of the mirror are skipped: there is no ${MIRROR}`);
const EVERY = Deno.env.get("LATHE_SLOW_TESTS") === undefined ? 100 : 1;
const TOKENIZERS = ["google-bert/bert-base-uncased", "lathe-data/multilingual-wordpiece"];
const READABLE = /\.(parquet|csv|jsonl)$/;

function* files(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* files(path);
    else if (READABLE.test(entry.name)) yield path;
  }
}

async function* textsOf(file: string): AsyncGenerator<string[]> {
  let row = 0;
  for await (const rows of readRows(await resolveSource(file))) {
    const chosen = rows.filter(() => row++ % EVERY === 0).flatMap((values) => Object.values(values));
    yield chosen.flat().filter((value) => typeof value === "string");
  }
}

for (const name of TOKENIZERS) {
  Deno.test({
    name: `${
      EVERY === 1 ? "every text" : `every ${EVERY}th text`
    } of the mirror is split as the library does: ${name}`,
    ignore: !HAS_MIRROR,
    async fn(): Promise<void> {
      const json = await Deno.readFile(join(MIRROR, "models", name, "tokenizer.json"));
      const fast = await loadTokenizer(json, name);
      const library = await loadTokenizer(json, name, { kernels: false });
      let count = 0;
      for (const file of files(join(MIRROR, "datasets"))) {
        for await (const texts of textsOf(file)) {
          assert.deepEqual(fast.encodeAll(texts), library.encodeAll(texts), file);
          count += texts.length;
        }
      }
      // There are 864,000: a file that is passed over would show.
      assert.ok(count > 850_000 / EVERY, `${count} texts`);
      console.log(`${count} texts compared`);
      library.dispose();
    },
  });
}
