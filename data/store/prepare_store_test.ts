import { deepStrictEqual, notDeepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../random.ts";
import { windowBytes } from "../row_source.ts";
import {
  encoded,
  linesOf,
  pairOf,
  parquetOf,
  readAll,
  shardBytesOf,
  storeOf,
  tokenizer,
  withFolder,
} from "./_test_store.ts";
import { countTokenIds } from "./token_counts.ts";
import { heldOutChoice } from "./held_out_choice.ts";
import { openTokenStore } from "./token_store.ts";
import { verifyStore } from "./verify_store.ts";

const ROWS = 5000;

/** 5,000 pairs in two files, of 3,000 and 2,000 rows with row groups of 700. */
async function writePairs(folder: string): Promise<void> {
  await Deno.writeFile(join(folder, "pairs-0.parquet"), parquetOf(0, 3000, 700));
  await Deno.writeFile(join(folder, "pairs-1.parquet"), parquetOf(3000, ROWS, 700));
}

const expectedRow = (number: number): string => encoded(...Object.values(pairOf(number)));
const allRows = Array.from({ length: ROWS }, (_, number) => expectedRow(number)).sort();

function choiceOf(count: number, seed: number): ReturnType<typeof heldOutChoice> {
  return heldOutChoice(count, new Random(seed));
}

Deno.test("a token store gives all rows back, group by group or all at once", async () => {
  await withFolder(async (folder) => {
    await writePairs(folder);
    const { store: { manifest, summary }, spec } = await storeOf(folder, "pairs-*.parquet", {
      shardRows: 1500,
    });
    strictEqual(spec.rowCount, ROWS);
    // Row groups of 700, 700, 700, 700, 200, 700, 700, 600 rows, as many together as 1,500 allow.
    deepStrictEqual(manifest.shards.map(({ rows }) => rows), [1400, 1400, 900, 1300]);
    const rows = readAll(spec);
    deepStrictEqual(rows.toSorted(), allRows);
    deepStrictEqual(readAll(spec, 100), rows);
    deepStrictEqual(
      manifest.facts.tokens,
      [0, 1].map((c) => {
        return allRows.reduce((sum, row) => sum + row.split(" | ")[c].split(" ").length, 0);
      }),
    );
    strictEqual(summary.columns[0].tokens, manifest.facts.tokens[0]);
    const shards = manifest.shards.map(({ name, bytes }) => [name, bytes]);
    deepStrictEqual(
      shards,
      Object.entries(shardBytesOf(spec.folder)).map(([name, text]) => {
        return [name, Uint8Array.fromBase64(text).length];
      }),
    );
  });
});

Deno.test("groups are a fair sample: by hash, not by place, and their sizes are known beforehand", async () => {
  await withFolder(async (folder) => {
    await writePairs(folder);
    const { spec } = await storeOf(folder, "pairs-*.parquet");
    const store = openTokenStore(spec);
    strictEqual(store.groupRows.length, 1024);
    for (let group = 0; group < 1024; group++) {
      const window = store.readGroups(group, group + 1);
      deepStrictEqual([window.rowCount, windowBytes(window)], [
        store.groupRows[group],
        store.groupBytes[group],
      ]);
    }
    // 5,000 rows in 1,024 groups: Poisson with mean 4.9; more than 20 has a chance of 1e-7 a group.
    ok(Math.max(...store.groupRows) <= 20);
    // Of the rows in half of the groups half come from the first file's 3,000: 1,500, standard deviation 27; five of them.
    const first = new Set(Array.from({ length: 3000 }, (_, number) => expectedRow(number)));
    store.close();
    const half = readAll(spec, 512).slice(0, store.groupRows.slice(0, 512).reduce((sum, rows) => sum + rows));
    const early = half.filter((row) => first.has(row)).length;
    ok(Math.abs(early - 1500) < 137, String(early));
  });
});

Deno.test("repeated rows are left out or kept, and the first of them counts", async () => {
  await withFolder(async (folder) => {
    const numbers = [1, 2, 1, 3, 2, 1];
    await Deno.writeTextFile(
      join(folder, "a.jsonl"),
      linesOf(numbers.map((number) => ({ ...pairOf(number), label: number % 2 }))),
    );
    const dropped = await storeOf(folder, "a.jsonl");
    deepStrictEqual(
      readAll(dropped.spec).toSorted(),
      [1, 2, 3].map((n) => `${expectedRow(n)} | ${n % 2}`).sort(),
    );
    strictEqual(dropped.store.summary.groupRepeats.reduce((sum, rows) => sum + rows), 3);
    const kept = await storeOf(folder, "a.jsonl", { duplicates: "keep" });
    deepStrictEqual(readAll(kept.spec).toSorted(), numbers.map((n) => `${expectedRow(n)} | ${n % 2}`).sort());
    strictEqual(kept.store.folder, dropped.store.folder);
  });
});

Deno.test("held-out rows are as many as wanted, never trained on, and the same whether found at once or later", async () => {
  await withFolder(async (folder) => {
    await writePairs(folder);
    const at = { shardRows: 1000 };
    const once = await storeOf(folder, "pairs-*.parquet", { ...at, heldOut: choiceOf(100, 1) });
    strictEqual(once.store.heldOut.length, 100);
    const held = once.store.heldOut.map(({ texts }) => encoded(...texts));
    deepStrictEqual([...held, ...readAll(once.spec)].sort(), allRows);
    // Another cache: first the whole store, then the rows, from the source once more.
    const whole = await storeOf(folder, "pairs-*.parquet", { ...at, cacheFolder: join(folder, "other") });
    const before = shardBytesOf(whole.store.folder);
    const later = await storeOf(folder, "pairs-*.parquet", {
      ...at,
      cacheFolder: join(folder, "other"),
      heldOut: choiceOf(100, 1),
    });
    deepStrictEqual(later.store.heldOut, once.store.heldOut);
    deepStrictEqual(readAll(later.spec), readAll(once.spec));
    deepStrictEqual(shardBytesOf(whole.store.folder), before);
    const others = await storeOf(folder, "pairs-*.parquet", { ...at, heldOut: choiceOf(100, 2) });
    notDeepStrictEqual(others.store.heldOut, once.store.heldOut);
  });
});

Deno.test("no copy of a held-out row is trained on, whether repeated rows are kept or not", async () => {
  await withFolder(async (folder) => {
    // Row 0 is there ten times, row 1 five times, the other eight once.
    const numbers = [...Array(10).fill(0), ...Array(5).fill(1), 2, 3, 4, 5, 6, 7, 8, 9];
    await Deno.writeTextFile(join(folder, "a.jsonl"), linesOf(numbers.map(pairOf)));
    for (const duplicates of ["keep", "drop"] as const) {
      const { store, spec } = await storeOf(folder, "a.jsonl", { duplicates, heldOut: choiceOf(5, 4) });
      const held = new Set(store.heldOut.map(({ texts }) => encoded(...texts)));
      strictEqual(held.size, 5);
      ok(held.has(expectedRow(0)) || held.has(expectedRow(1)), "the seed holds out a row with copies");
      const rest = numbers.map(expectedRow).filter((row) => !held.has(row));
      deepStrictEqual(
        readAll(spec).toSorted(),
        duplicates === "keep" ? rest.sort() : [...new Set(rest)].sort(),
      );
    }
  });
});

Deno.test("more rows than there are cannot be held out: all of them are given", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "a.jsonl"), linesOf([1, 2, 2].map(pairOf)));
    const { store, spec } = await storeOf(folder, "a.jsonl", { heldOut: choiceOf(10, 1) });
    deepStrictEqual([store.heldOut.length, spec.rowCount], [2, 0]);
    strictEqual(openTokenStore(spec).readGroups(0, 1024).rowCount, 0);
  });
});

Deno.test("countTokenIds counts the tokens of the rows to train on", async () => {
  await withFolder(async (folder) => {
    await writePairs(folder);
    const { spec } = await storeOf(folder, "pairs-*.parquet", { heldOut: choiceOf(1000, 3) });
    const expected = new Float64Array(tokenizer.vocabSize);
    for (const row of readAll(spec)) for (const id of row.split(/ [| ]*/)) expected[Number(id)]++;
    deepStrictEqual(await countTokenIds(spec, tokenizer.vocabSize), expected);
  });
});

Deno.test("a store that is there is not made again, and tells so by reading nothing", async () => {
  await withFolder(async (folder) => {
    await writePairs(folder);
    const progress: number[] = [];
    const options = { shardRows: 1000, onProgress: ({ rows }: { rows: number }) => progress.push(rows) };
    const { store } = await storeOf(folder, "pairs-*.parquet", options);
    strictEqual(progress.at(-1), ROWS);
    progress.length = 0;
    deepStrictEqual((await storeOf(folder, "pairs-*.parquet", options)).store, store);
    deepStrictEqual([progress, await verifyStore(store.folder)], [[], []]);
    ok(existsSync(join(store.folder, "store.json")));
  });
});
