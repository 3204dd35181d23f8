import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { hashText } from "../hash.ts";
import {
  encoded,
  linesOf,
  pairOf,
  readAll,
  shardBytesOf,
  storeOf,
  tokenizer,
  withFolder,
} from "./_test_store.ts";
import { openTokenStore } from "./token_store.ts";

/** Texts that have broken something somewhere. */
const NASTY = [
  "question 👩‍👩‍👧‍👦 answer 🏳️‍🌈",
  "question\0answer\0",
  "\ud800question\udc00",
  "answer \udfff",
  "question".repeat(131_072),
  `${"answer ".repeat(150_000)}`,
  "1\u200b2\u2028 3\r\n4\u0085 5",
  "ﬁ Å ½ \u0301",
];

Deno.test("emoji, NUL, lone surrogates and texts of a megabyte come back as the tokenizer's ids, and held out as they are", async () => {
  await withFolder(async (folder) => {
    const rows = NASTY.map((text, i) => ({ question: text, answer: `answer ${i}` }));
    await Deno.writeTextFile(join(folder, "a.jsonl"), linesOf(rows));
    const { spec } = await storeOf(folder, "a.jsonl");
    deepStrictEqual(readAll(spec).toSorted(), rows.map((row) => encoded(...Object.values(row))).sort());
    const store = openTokenStore(spec);
    const { hashes: [questions], rowCount } = store.readGroups(0, 1024);
    store.close();
    const hash = new Uint32Array(2);
    const expected = NASTY.map((text) => {
      hashText(text, hash, 0);
      return hash.join();
    });
    const found = Array.from(
      { length: rowCount },
      (_, row) => questions.subarray(2 * row, 2 * row + 2).join(),
    );
    deepStrictEqual(found.sort(), expected.sort());
    // Twice: at once, and from the file beside the store.
    for (let time = 0; time < 2; time++) {
      const heldOut = { count: NASTY.length - 1, key: [7, 7] as [number, number] };
      const held = (await storeOf(folder, "a.jsonl", { heldOut })).store.heldOut;
      for (const { texts: [question, answer] } of held) strictEqual(question, NASTY[Number(answer.slice(7))]);
    }
  });
});

Deno.test("a shard ends after 16 Mi tokens, and many long texts are tokenized a few at a time", async () => {
  await withFolder(async (folder) => {
    const long = "1 ".repeat(2 ** 20);
    // 18 rows of a Mi tokens and some: 16 fill the first shard, since slices of 4 Mi characters hold two rows.
    const rows = Array.from({ length: 18 }, (_, i) => ({ question: `question ${i}`, answer: long + i }));
    await Deno.writeTextFile(join(folder, "a.jsonl"), linesOf(rows));
    const { store, spec } = await storeOf(folder, "a.jsonl");
    deepStrictEqual(store.manifest.shards.map(({ rows }) => rows), [16, 2]);
    strictEqual(spec.rowCount, 18);
    strictEqual(store.summary.columns[1].longest, 2 ** 20 + 2);
    const bytes = shardBytesOf(store.folder);
    await Deno.remove(join(store.folder, "shard-000000-000.bin"));
    await storeOf(folder, "a.jsonl");
    deepStrictEqual(shardBytesOf(store.folder), bytes);
  });
});

/** A Parquet file of columns. */
function parquetOf(columns: Record<string, unknown[]>): Uint8Array {
  const columnData = Object.entries(columns).map(([name, data]) => ({ name, data, type: typeOf(data) }));
  return new Uint8Array(
    parquetWriteBuffer({ columnData: columnData as Parameters<typeof parquetWriteBuffer>[0]["columnData"] }),
  );
}

function typeOf(data: readonly unknown[]): string {
  if (data.some((value) => typeof value === "object" && value !== null)) return "JSON";
  return data.some((value) => typeof value === "number") ? "DOUBLE" : "STRING";
}

Deno.test("later Parquet files may order their columns otherwise, hold more of them, nulls, numbers and lists", async () => {
  await withFolder(async (folder) => {
    const { question, answer } = pairOf(1);
    const write = (name: string, columns: Record<string, unknown[]>) =>
      Deno.writeFile(join(folder, name), parquetOf(columns));
    await write("0.parquet", {
      question: [question, null, "", " \n", "\u200b"],
      answer: Array(5).fill(answer),
    });
    await write("1.parquet", { more: ["x", "y"], answer: ["answer 2", "answer 3"], question: ["2", "3"] });
    await write("2.parquet", { question: [4.5, 5.5], answer: ["answer 4", "answer 5"] });
    await write("3.parquet", { question: [{ text: "6" }, ["7"]], answer: ["answer 6", "answer 7"] });
    const { store, spec } = await storeOf(folder, "?.parquet", { shardRows: 2 });
    deepStrictEqual(
      readAll(spec).toSorted(),
      [[question, answer], ["2", "answer 2"], ["3", "answer 3"]].map((texts) => encoded(...texts)).sort(),
    );
    const { read, usable, dropped } = store.manifest.facts;
    deepStrictEqual([read, usable], [11, 3]);
    deepStrictEqual(dropped, { "a question that is not a text": 4, "an empty text": 3, "no question": 1 });
    await write("4.parquet", { prompt: ["8"], answer: ["answer 8"] });
    await rejects(storeOf(folder, "?.parquet"), (error: Error) => {
      match(
        error.message,
        /Cannot read .*4\.parquet: there is no column "question"; choose from prompt, answer/,
      );
      return error instanceof RangeError;
    });
  });
});

Deno.test("labels come back as float32 with their rows, and what is known of them counts all rows of the source", async () => {
  await withFolder(async (folder) => {
    const labels = [0, 1, "much", 0.1, 1, 2, [1, 2]];
    await Deno.writeTextFile(
      join(folder, "a.jsonl"),
      linesOf(labels.map((label, i) => ({ ...pairOf(i), label }))),
    );
    const { store, spec } = await storeOf(folder, "a.jsonl", { shardRows: 2 });
    const expected = [0, 1, 3, 4, 5].map((i) =>
      `${encoded(...Object.values(pairOf(i)))} | ${Math.fround(Number(labels[i]))}`
    );
    deepStrictEqual(readAll(spec).toSorted(), expected.sort());
    deepStrictEqual(store.manifest.facts.labels, {
      min: { value: 0, row: 0 },
      max: { value: 2, row: 5 },
      fraction: { value: Math.fround(0.1), row: 3 },
      other: { value: Math.fround(0.1), row: 3 },
    });
    deepStrictEqual(store.manifest.facts.dropped, {
      "a label of another length than the first row's": 1,
      "a label that is not a finite number": 1,
    });
    const lists = [[1, 2, 3], [4, 5, 6]];
    await Deno.writeTextFile(
      join(folder, "b.jsonl"),
      linesOf(lists.map((scores, i) => ({ ...pairOf(i), scores }))),
    );
    deepStrictEqual(
      readAll((await storeOf(folder, "b.jsonl")).spec).map((row) => row.split(" | ").slice(2).join(" "))
        .sort(),
      ["1 2 3", "4 5 6"],
    );
  });
});

Deno.test("a Parquet file without rows, and one of which nothing can be used, give an empty store", async () => {
  await withFolder(async (folder) => {
    await Deno.writeFile(join(folder, "a.parquet"), parquetOf({ question: [], answer: [] }));
    const { store, spec } = await storeOf(folder, "a.parquet");
    deepStrictEqual([store.manifest.facts.read, spec.rowCount, readAll(spec)], [0, 0, []]);
    await Deno.writeFile(join(folder, "b.parquet"), parquetOf({ question: [null, ""], answer: ["1", "2"] }));
    const empty = await storeOf(folder, "b.parquet");
    deepStrictEqual([empty.store.manifest.facts.read, readAll(empty.spec)], [2, []]);
    deepStrictEqual(empty.store.summary.columns[0].mean, 0);
  });
});

Deno.test("token ids beyond 65,535 are kept as well", async () => {
  await withFolder(async (folder) => {
    const wide = {
      ...tokenizer,
      json: "wide",
      vocabSize: 70_000,
      unknownId: undefined,
      encodeAll: (texts: readonly string[]) => ({
        ids: Int32Array.from(texts, (text) => 69_000 + text.length),
        offsets: Int32Array.from({ length: texts.length + 1 }, (_, i) => i),
      }),
    };
    await Deno.writeTextFile(join(folder, "a.jsonl"), linesOf([pairOf(1), pairOf(10), pairOf(100)]));
    const { store, spec } = await storeOf(folder, "a.jsonl", { tokenizer: wide });
    strictEqual(store.manifest.idBytes, 4);
    deepStrictEqual(readAll(spec).toSorted(), ["69010 | 69010", "69011 | 69012", "69012 | 69014"]);
  });
});
