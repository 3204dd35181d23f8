import { Hub } from "../hub/mod.ts";
/**
 * Tokens a second of the tokenizer by the kernels, cold and warm, and of the bare WASM engine, on one thread, on
 * the texts of the hub mirror. Prints one line a data set; the last column is the ratio of warm to bare.
 *
 * ```sh
 * LATHE_HUB_MIRROR=../shared/hub deno task bench tokenize
 * ```
 *
 * @module
 */

import { join } from "node:path";
import { readRows, resolveSource } from "../data/mod.ts";
import { loadTokenizer, type Tokenizer } from "../text/mod.ts";

/** Texts given to the bare engine: it is the slow one. */
const BARE_TEXTS = 2000;
/** The best of so many passes counts. */
const PASSES = 5;

const ENGLISH = "google-bert/bert-base-uncased";
const MULTILINGUAL = "lathe-data/multilingual-wordpiece";
const CASES = [
  { tokenizer: ENGLISH, source: "wordnet", column: "definition" },
  { tokenizer: ENGLISH, source: "medquad", column: "answer" },
  { tokenizer: ENGLISH, source: "squad-sentences", column: "question" },
  { tokenizer: ENGLISH, source: "squad-sentences", column: "answer" },
  { tokenizer: MULTILINGUAL, source: "parallel-sentences-tatoeba", column: "non_english" },
];

/** Prints one line a data set. */
export async function main(): Promise<void> {
  const mirror = Deno.env.get("LATHE_HUB_MIRROR") ?? "../shared/hub";
  console.log(
    "data set, column                            tokens   cold M/s   warm M/s   bare M/s   warm/bare",
  );
  for (const { tokenizer: model, source, column } of CASES) {
    const file = join(mirror, "models", model, "tokenizer.json");
    const json = await Deno.readFile(file);
    const texts = await readTexts(`hf://datasets/lathe-data/${source}`, column, new Hub({ mirror }));
    const memo = await loadTokenizer(json, file);
    const cold = tokensPerSecond(memo, texts, 1);
    const warm = tokensPerSecond(memo, texts, PASSES);
    const bare = await loadTokenizer(json, file, { kernels: false });
    const step = Math.max(1, Math.floor(texts.length / BARE_TEXTS));
    const slow = tokensPerSecond(bare, texts.filter((_, i) => i % step === 0), 1);
    const figures = [cold.rate, warm.rate, slow.rate].map((rate) => (rate / 1e6).toFixed(2).padStart(10))
      .join(" ");
    const ratio = (warm.rate / slow.rate).toFixed(0).padStart(11);
    console.log(`${`${source}, ${column}`.padEnd(42)}${String(warm.tokens).padStart(8)} ${figures} ${ratio}`);
    memo.dispose();
    bare.dispose();
  }
}

async function readTexts(source: string, column: string, hub: Hub): Promise<string[]> {
  const texts: string[] = [];
  for await (const rows of readRows(await resolveSource(source, { hub }), { columns: [column] })) {
    for (const row of rows) if (typeof row[column] === "string") texts.push(row[column]);
  }
  return texts;
}

function tokensPerSecond(
  tokenizer: Tokenizer,
  texts: readonly string[],
  passes: number,
): { tokens: number; rate: number } {
  let best = Infinity;
  let tokens = 0;
  for (let pass = 0; pass < passes; pass++) {
    const start = performance.now();
    tokens = tokenizer.encodeAll(texts).ids.length;
    best = Math.min(best, performance.now() - start);
  }
  return { tokens, rate: 1000 * tokens / best };
}

if (import.meta.main) await main();
