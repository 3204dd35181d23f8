import { deepStrictEqual, notDeepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { parquetWriteBuffer } from "hyparquet-writer";
import { join } from "node:path";
import { Hub } from "../hub/mod.ts";
import {
  type DatasetSpec,
  hashText,
  openTokenStore,
  prepareDataset,
  type PrepareDatasetOptions,
  type PreparedDataset,
  type RowWindow,
} from "./mod.ts";
import { tokenizer } from "./store/_test_store.ts";

type Prepare = (spec: DatasetSpec, options?: Partial<PrepareDatasetOptions>) => Promise<PreparedDataset>;

async function withFile(
  name: string,
  content: string | Uint8Array,
  use: (prepare: Prepare) => Promise<void>,
): Promise<void> {
  const baseFolder = await Deno.makeTempDir();
  try {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(join(baseFolder, name), bytes);
    await use((spec, options) =>
      prepareDataset(spec, {
        name: "pairs",
        tokenizer,
        seed: 12,
        baseFolder,
        cacheFolder: join(baseFolder, "cache"),
        ...options,
      })
    );
  } finally {
    await Deno.remove(baseFolder, { recursive: true });
  }
}

/** All rows to train on. */
function readAll({ store }: PreparedDataset): RowWindow {
  const source = openTokenStore(store);
  const window = source.readGroups(0, source.groupRows.length);
  source.close();
  return window;
}

/** Texts of a column, put together again from their tokens. */
function textsOf({ columns }: RowWindow, column: number): string[] {
  const { ids, offsets } = columns[column];
  return Array.from({ length: offsets.length - 1 }, (_, row) => {
    return [...ids.subarray(offsets[row], offsets[row + 1])].map((id) =>
      tokenizer.tokenOf(id)!.replace("##", "")
    ).join("");
  });
}

const JSONL = [
  { q: "question1", a: "answer1", score: 0.5 },
  { q: "question2", a: "answer2", score: "1.5" },
  { q: "question1", a: "answer1", score: 0.5 },
  { q: "question1", a: "answer1", score: 0.25 },
  { q: " \n", a: "answer4", score: 1 },
  { q: "\u200b", a: "answer5", score: 1 },
  { q: null, a: "answer6", score: 1 },
  { a: "answer7", score: 1 },
  { q: 8, a: "answer8", score: 1 },
  { q: ["question9"], a: "answer9", score: 1 },
  { q: "question10", a: "answer10", score: "much" },
  { q: "question11", a: "answer11" },
  { q: "question12", a: "answer12§", score: true },
].map((row) => JSON.stringify(row)).join("\n");

Deno.test("prepareDataset() keeps what can be used and counts by reason what it drops", async () => {
  await withFile("a.jsonl", JSONL, async (prepare) => {
    const data = await prepare({ source: "a.jsonl" });
    deepStrictEqual([data.columnNames, data.roles], [["q", "a"], ["anchor", "positive"]]);
    const window = readAll(data);
    const found = textsOf(window, 0).map((text, row) => `${text} ${window.labels![row]}`);
    deepStrictEqual(found.sort(), ["question1 0.25", "question1 0.5", "question12 1", "question2 1.5"]);
    const { rows, kept, heldOut, dropped, columns } = data.report;
    deepStrictEqual([rows, kept, heldOut, data.rowCount, data.labelWidth], [13, 4, 0, 4, 1]);
    deepStrictEqual(dropped, {
      "the texts of an earlier row": 1,
      "an empty text": 2,
      "no q": 2,
      "a q that is not a text": 2,
      "a score that is not a finite number": 2,
    });
    const { min, max, fraction } = data.labels!;
    deepStrictEqual([min, max, fraction], [
      { value: 0.25, row: 3 },
      { value: 1.5, row: 1 },
      { value: 0.5, row: 0 },
    ]);
    const { ids } = window.columns[0];
    const { unknownShare, ...lengths } = columns[0];
    // With so few texts the highest percentile is the longest.
    deepStrictEqual([lengths.tokens, lengths.mean, unknownShare], [ids.length, ids.length / 4, 0]);
    ok(lengths.median <= lengths.p95 && lengths.p95 <= lengths.p99 && lengths.p99 === lengths.longest);
    ok(columns[1].unknownShare > 0);
    const hash = new Uint32Array(2);
    hashText("answer2", hash, 0);
    const row = textsOf(window, 1).indexOf("answer2");
    deepStrictEqual(window.hashes[1].slice(2 * row, 2 * row + 2), hash);
  });
});

Deno.test("prepareDataset() keeps repeated rows if told to", async () => {
  await withFile("a.jsonl", JSONL, async (prepare) => {
    const { rowCount, report } = await prepare({ source: "a.jsonl", duplicates: "keep" });
    strictEqual(rowCount, 5);
    strictEqual(report.dropped["the texts of an earlier row"], undefined);
  });
});

Deno.test("prepareDataset() takes columns by name, in that order, and only the first rows", async () => {
  await withFile("a.jsonl", JSONL, async (prepare) => {
    const data = await prepare({ source: "a.jsonl", columns: ["a", "q"], take: 2 });
    const window = readAll(data);
    const found = textsOf(window, 0).map((text, row) => `${text} ${textsOf(window, 1)[row]}`);
    deepStrictEqual(found.sort(), ["answer1 question1", "answer2 question2"]);
    deepStrictEqual([window.labels, data.labels, data.labelWidth, data.report.rows], [
      undefined,
      undefined,
      0,
      2,
    ]);
    await rejects(
      prepare({ source: "a.jsonl", columns: ["a", "x"] }),
      /"x": there is none; choose from q, a, score/,
    );
    strictEqual((await prepare({ source: "a.jsonl", split: "train[1:3]", take: 1 })).report.rows, 1);
  });
});

/** 5,000 pairs with labels in two row groups and more than one batch. */
function manyPairs(): Uint8Array {
  const numbers = Array.from({ length: 5000 }, (_, i) => i);
  const columnData = [
    { name: "question", data: numbers.map((n) => `question ${n}`), type: "STRING" as const },
    { name: "answer", data: numbers.map((n) => `answer ${n}`), type: "STRING" as const },
    { name: "label", data: numbers, type: "INT32" as const },
  ];
  return new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: 3000 }));
}

Deno.test("prepareDataset() holds out rows at random by the seed, and no row is in both parts", async () => {
  await withFile("a.parquet", manyPairs(), async (prepare) => {
    const spec = { source: "a.parquet", heldOut: 1000 };
    const progress: number[] = [];
    const data = await prepare(spec, {
      onProgress: ({ name, rows, total }) => {
        deepStrictEqual([name, total], ["pairs", 5000]);
        progress.push(rows);
      },
    });
    deepStrictEqual(progress, progress.toSorted((a, b) => a - b));
    deepStrictEqual([progress.length, progress.at(-1)], [5, 5000]);
    const held = data.heldOut.texts[0].map((text) => text.replace("question ", ""));
    const window = readAll(data);
    const kept = textsOf(window, 0).map((text) => text.replace("question", ""));
    deepStrictEqual([held.length, kept.length, data.rowCount, data.report.heldOut], [1000, 4000, 4000, 1000]);
    strictEqual(new Set([...held, ...kept]).size, 5000);
    deepStrictEqual(data.heldOut.texts[1], held.map((n) => `answer ${n}`));
    deepStrictEqual([...data.heldOut.labels!], held.map(Number));
    deepStrictEqual([...window.labels!], kept.map(Number));
    deepStrictEqual(textsOf(window, 1), kept.map((n) => `answer${n}`));
    // Every row is held out with probability 1/5: of the first 2,500 about 500, standard deviation 18; five of them.
    const early = held.filter((n) => Number(n) < 2500).length;
    ok(Math.abs(early - 500) < 90, String(early));
    deepStrictEqual(await prepare(spec), data);
    notDeepStrictEqual((await prepare(spec, { seed: 13 })).heldOut, data.heldOut);
    notDeepStrictEqual((await prepare(spec, { name: "others" })).heldOut, data.heldOut);
    await rejects(
      prepare({ ...spec, heldOut: 5000 }),
      /Cannot hold out 5000 rows of data set pairs: it has only 5000 different rows that can be used; lower heldOut/,
    );
    await rejects(prepare({ ...spec, heldOut: 6000 }), /it has only 5000 different rows/);
  });
});

Deno.test("prepareDataset() holds out another split", async () => {
  const mirror = await Deno.makeTempDir();
  const folder = join(mirror, "datasets/owner/name");
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, "train.csv"), "q,a\nquestion1,answer1\n");
  await Deno.writeTextFile(join(folder, "dev.csv"), "a,q\nanswer2,question2\n,question3\n");
  const cacheFolder = join(mirror, "cache");
  const options = { name: "n", tokenizer, seed: 1, cacheFolder, hub: new Hub({ mirror }) };
  const source = "hf://datasets/owner/name";
  const data = await prepareDataset({ source, heldOut: { split: "validation" } }, options);
  deepStrictEqual(data.heldOut, { texts: [["question2"], ["answer2"]] });
  deepStrictEqual([data.rowCount, data.report.heldOut], [1, 1]);
  await rejects(
    prepareDataset({ source, heldOut: { split: "test" } }, options),
    /no split "test"; it has train, validation|validation, train/,
  );
  await Deno.remove(mirror, { recursive: true });
});

Deno.test("prepareDataset() refuses data of which no row can be used and says why", async () => {
  const numbers = '{"a":1,"b":2}\n{"a":"x","b":3}\n';
  await withFile("a.jsonl", numbers, async (prepare) => {
    const message =
      /none of its 2 rows can be used \(1 with a a that is not a text, 1 with a b that is not a text\)/;
    await rejects(prepare({ source: "a.jsonl" }), message);
  });
});

Deno.test("prepareDataset reads lists of labels, one row after the other, from JSONL and Parquet", async () => {
  const rows = Array.from(
    { length: 6 },
    (_, i) => ({ q: `question${i}`, a: `answer${i}`, scores: scoresOf(`question${i}`) }),
  );
  const odd = [{ q: "question7", a: "answer", scores: [1] }, {
    q: "question8",
    a: "answer",
    scores: [1, "x"],
  }];
  const lines = [...rows, ...odd].map((row) => JSON.stringify(row)).join("\n");
  await withFile("pairs.jsonl", lines, async (prepare) => {
    const data = await prepare({ source: "pairs.jsonl" });
    checkScores(data);
    deepStrictEqual([data.labelWidth, data.rowCount], [2, 6]);
    deepStrictEqual(data.report.dropped, {
      "a scores of another length than the first row's": 1,
      "a scores that is not a finite number": 1,
    });
    const drawn = await prepare({ source: "pairs.jsonl", heldOut: 2 });
    strictEqual(drawn.rowCount, 4);
    checkScores(drawn);
    drawn.heldOut.texts[0].forEach((text, i) => {
      deepStrictEqual([...drawn.heldOut.labels!.subarray(2 * i, 2 * i + 2)], scoresOf(text));
    });
  });
  const columnData = [
    { name: "q", data: rows.map(({ q }) => q) },
    { name: "a", data: rows.map(({ a }) => a) },
    { name: "scores", data: rows.map(({ scores }) => scores), type: "JSON" as const },
  ];
  await withFile("pairs.parquet", new Uint8Array(parquetWriteBuffer({ columnData })), async (prepare) => {
    checkScores(await prepare({ source: "pairs.parquet" }));
  });
});

/** The two scores of the row with this question. */
function scoresOf(question: string): number[] {
  const row = Number(question.slice("question".length));
  return [row, 8 - row / 2];
}

function checkScores(data: PreparedDataset): void {
  const window = readAll(data);
  textsOf(window, 0).forEach((question, row) => {
    deepStrictEqual([...window.labels!.subarray(2 * row, 2 * row + 2)], scoresOf(question));
  });
}

Deno.test("prepareDataset tells rows of the same counts apart by their checksum, and the same rows not", async () => {
  const checksumOf = async (rows: readonly [string, string][], options = {}): Promise<string> => {
    const lines = rows.map(([q, a]) => JSON.stringify({ q, a })).join("\n");
    let checksum = "";
    await withFile("pairs.jsonl", lines, async (prepare) => {
      ({ checksum } = await prepare({ source: "pairs.jsonl" }, options));
      // What was kept beside the store says the same.
      strictEqual((await prepare({ source: "pairs.jsonl" }, options)).checksum, checksum);
    });
    return checksum;
  };
  const rows: [string, string][] = [["1", "2"], ["3", "4"], ["5", "6"]];
  const checksum = await checksumOf(rows);
  ok(/^[0-9a-f]{8}$/.test(checksum));
  strictEqual(await checksumOf(rows, { seed: 5, name: "others" }), checksum);
  const swapped = await checksumOf([["1", "4"], ["3", "2"], ["5", "6"]]);
  ok(swapped !== checksum);
});

Deno.test("prepareDataset says of a slice without rows which it is", async () => {
  const parquet = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: "q", data: ["1", "2"] }] }));
  for (const [name, content] of [["p.jsonl", '{"q":"1"}\n{"q":"2"}'], ["p.parquet", parquet]] as const) {
    await withFile(name, content, async (prepare) => {
      for (const [split, slice] of [["train[2:]", "[2:]"], ["train[:0]", "[0:0]"], ["train[1:0]", "[1:1]"]]) {
        await rejects(prepare({ source: name, split }), {
          name: "RangeError",
          message: `Cannot read ${name}: it has no rows in the slice ${slice}; take a slice with rows`,
        });
      }
    });
  }
});
