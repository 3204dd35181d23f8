import { deepStrictEqual, notDeepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { parquetWriteBuffer } from "hyparquet-writer";
import { join } from "node:path";
import { Hub } from "../hub/mod.ts";
import { buildWordPieceTokenizer, loadTokenizer } from "../text/mod.ts";
import {
  type DatasetSpec,
  hashText,
  prepareDataset,
  type PrepareDatasetOptions,
  type PreparedDataset,
} from "./mod.ts";

const tokenizer = await loadTokenizer(
  buildWordPieceTokenizer(["question answer 0123456789"], { vocabSize: 64 }),
  "test",
);

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
      prepareDataset(spec, { name: "pairs", tokenizer, seed: 12, baseFolder, ...options })
    );
  } finally {
    await Deno.remove(baseFolder, { recursive: true });
  }
}

function textsOf({ columns }: PreparedDataset, column: number): string[] {
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
    deepStrictEqual(textsOf(data, 0), ["question1", "question2", "question1", "question12"]);
    deepStrictEqual(data.labels, Float32Array.of(0.5, 1.5, 0.25, 1));
    const { rows, kept, heldOut, dropped, columns } = data.report;
    deepStrictEqual([rows, kept, heldOut, data.rowCount], [13, 4, 0, 4]);
    deepStrictEqual(dropped, {
      "the texts of an earlier row": 1,
      "an empty text": 2,
      "no q": 2,
      "a q that is not a text": 2,
      "a score that is not a finite number": 2,
    });
    strictEqual(columns[0].tokens, data.columns[0].ids.length);
    strictEqual(columns[0].unknownShare, 0);
    ok(columns[1].unknownShare > 0);
    const hash = new Uint32Array(2);
    hashText("answer2", hash, 0);
    deepStrictEqual(data.hashes[1].slice(2, 4), hash);
  });
});

Deno.test("prepareDataset() keeps repeated rows if told to", async () => {
  await withFile("a.jsonl", JSONL, async (prepare) => {
    strictEqual((await prepare({ source: "a.jsonl", duplicates: "keep" })).rowCount, 5);
  });
});

Deno.test("prepareDataset() takes columns by name, in that order, and only the first rows", async () => {
  await withFile("a.jsonl", JSONL, async (prepare) => {
    const data = await prepare({ source: "a.jsonl", columns: ["a", "q"], take: 2 });
    deepStrictEqual([textsOf(data, 0), textsOf(data, 1)], [["answer1", "answer2"], [
      "question1",
      "question2",
    ]]);
    strictEqual(data.labels, undefined);
    strictEqual(data.report.rows, 2);
    await rejects(
      prepare({ source: "a.jsonl", columns: ["a", "x"] }),
      /"x": there is none; choose from q, a, score/,
    );
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
    const progress: unknown[] = [];
    const data = await prepare(spec, { onProgress: ({ rows, total }) => progress.push([rows, total]) });
    deepStrictEqual(progress, [[3000, 5000], [5000, 5000]]);
    const held = data.heldOut.texts[0].map((text) => text.replace("question ", ""));
    const kept = textsOf(data, 0).map((text) => text.replace("question", ""));
    deepStrictEqual([held.length, kept.length, data.report.heldOut], [1000, 4000, 1000]);
    strictEqual(new Set([...held, ...kept]).size, 5000);
    deepStrictEqual(data.heldOut.texts[1], held.map((n) => `answer ${n}`));
    deepStrictEqual([...data.heldOut.labels!], held.map(Number));
    deepStrictEqual([...data.labels!], kept.map(Number));
    deepStrictEqual(textsOf(data, 1), kept.map((n) => `answer${n}`));
    const hash = new Uint32Array(2);
    hashText(`answer ${kept[3999]}`, hash, 0);
    deepStrictEqual(data.hashes[1].slice(-2), hash);
    // Every row is held out with probability 1/5: of the first 2,500 about 500, standard deviation 18; five of them.
    const early = held.filter((n) => Number(n) < 2500).length;
    ok(Math.abs(early - 500) < 90, String(early));
    deepStrictEqual(await prepare(spec), data);
    notDeepStrictEqual((await prepare(spec, { seed: 13 })).heldOut, data.heldOut);
    await rejects(
      prepare({ ...spec, heldOut: 5000 }),
      /Cannot hold out 5000 rows of data set pairs: it has only 5000 usable/,
    );
    await rejects(prepare({ ...spec, heldOut: 6000 }), /lower heldOut/);
  });
});

Deno.test("prepareDataset() holds out another split", async () => {
  const mirror = await Deno.makeTempDir();
  const folder = join(mirror, "datasets/owner/name");
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, "train.csv"), "q,a\nquestion1,answer1\n");
  await Deno.writeTextFile(join(folder, "dev.csv"), "a,q\nanswer2,question2\n,question3\n");
  const options = { name: "n", tokenizer, seed: 1, hub: new Hub({ mirror: mirror }) };
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
    (_, i) => ({ q: `question${i}`, a: `answer${i}`, scores: [i, 8 - i / 2] }),
  );
  const odd = [{ q: "question7", a: "answer", scores: [1] }, {
    q: "question8",
    a: "answer",
    scores: [1, "x"],
  }];
  const lines = [...rows, ...odd].map((row) => JSON.stringify(row)).join("\n");
  const expected = rows.flatMap(({ scores }) => scores);
  await withFile("pairs.jsonl", lines, async (prepare) => {
    const data = await prepare({ source: "pairs.jsonl" });
    deepStrictEqual([...data.labels!], expected);
    deepStrictEqual(data.report.dropped, {
      "a scores of another length than the first row's": 1,
      "a scores that is not a finite number": 1,
    });
    const drawn = await prepare({ source: "pairs.jsonl", heldOut: 2 });
    const width = 2;
    strictEqual(drawn.labels!.length, 4 * width);
    drawn.heldOut.texts[0].forEach((text, i) => {
      const row = Number(text.slice("question".length));
      deepStrictEqual([...drawn.heldOut.labels!.subarray(i * width, (i + 1) * width)], [row, 8 - row / 2]);
    });
    for (let row = 0; row < drawn.rowCount; row++) {
      const number = Number(textsOf(drawn, 0)[row].slice("question".length));
      deepStrictEqual([...drawn.labels!.subarray(row * width, (row + 1) * width)], [number, 8 - number / 2]);
    }
  });
  const columnData = [
    { name: "q", data: rows.map(({ q }) => q) },
    { name: "a", data: rows.map(({ a }) => a) },
    { name: "scores", data: rows.map(({ scores }) => scores), type: "JSON" as const },
  ];
  await withFile("pairs.parquet", new Uint8Array(parquetWriteBuffer({ columnData })), async (prepare) => {
    deepStrictEqual([...(await prepare({ source: "pairs.parquet" })).labels!], expected);
  });
});
