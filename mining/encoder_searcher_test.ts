import assert from "node:assert/strict";
import { fillNormal, Random } from "../data/mod.ts";
import { Hub } from "../hub/mod.ts";
import { type Encoder, type Matrix, StaticModel } from "../model/mod.ts";
import { Runtime } from "../runtime/mod.ts";
import { testMirror } from "../model/_mirror.ts";
import { datasetPairs } from "./dataset_pairs.ts";
import { NUMBERS } from "./_test_texts.ts";
import { EncoderSearcher } from "./encoder_searcher.ts";
import type { Anchor } from "./searcher.ts";

function anchorOf(text: string, excluded: number[] = []): Anchor {
  return { text, positives: excluded, excluded };
}

/** Cosines in float64, one by one. */
function cosines(query: Float32Array, documents: Matrix): number[] {
  const length = (vector: Float32Array): number => Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  return Array.from({ length: documents.rows }, (_, row) => {
    const document = documents.data.subarray(row * documents.columns, (row + 1) * documents.columns);
    const dot = document.reduce((sum, x, i) => sum + x * query[i], 0);
    return dot / Math.max(length(query) * length(document), 1e-12);
  });
}

/** Vectors of length 1 are rounded to float32: each cosine moves by less than 2e-7, and so may equals trade places. */
const ROUNDING = 2e-7;

Deno.test("search() finds what a naive search in float64 finds, on MedQuAD by a trained model", async () => {
  const mirror = testMirror();
  if (mirror === undefined) return;
  const questions: string[] = [];
  const answers: string[] = [];
  const spec = { source: "hf://datasets/lathe-data/medquad", take: 1500 };
  for await (const pairs of datasetPairs("medquad", spec, { hub: new Hub({ mirror }) })) {
    for (const { anchor, positive } of pairs) questions.push(anchor), answers.push(positive);
  }
  const model = await StaticModel.load(`${mirror}/models/lathe-data/static-16`);
  using runtime = Runtime.open();
  // Blocks of 256 documents: five whole ones and a part of one.
  const searcher = new EncoderSearcher({ encoder: model.encoder(), runtime, blockRows: 256 });
  for (let start = 0; start < answers.length; start += 700) {
    await searcher.add(answers.slice(start, start + 700));
  }
  const [vectors, documents] = [await model.encode(questions), await model.encode(answers)];
  const found = await searcher.search(questions.map((text, i) => anchorOf(text, [i])), 20);
  assert.equal(found.length, questions.length);
  found.forEach((each, i) => {
    const naive = cosines(vectors.data.subarray(16 * i, 16 * (i + 1)), documents);
    const best = naive.filter((_, document) => document !== i).sort((a, b) => b - a).slice(0, 20);
    assert.equal(new Set(each.documents).size, 20);
    assert.ok(!each.documents.includes(i));
    best.forEach((score, rank) => {
      assert.ok(Math.abs(naive[each.documents[rank]] - score) < ROUNDING, `question ${i}, rank ${rank}`);
      assert.ok(Math.abs(each.scores[rank] - score) < ROUNDING);
    });
    assert.ok(Math.abs(each.positives[0] - naive[i]) < ROUNDING);
  });
  searcher.dispose();
  model.dispose();
});

Deno.test("search() gives the same whatever the blocks, also where hundreds of documents score the same", async () => {
  const random = new Random(3);
  const [anchors, documents] = [30, 1000].map((rows) => {
    const data = new Float32Array(rows * 8);
    fillNormal(data, random);
    return { data, rows, columns: 8 };
  });
  // Documents 300 to 899 are one and the same; for the anchor that is alike they come before all others.
  for (let i = 301; i < 900; i++) documents.data.copyWithin(8 * i, 8 * 300, 8 * 301);
  anchors.data.set(documents.data.subarray(8 * 300, 8 * 301), 0);
  const given = ({ data, columns }: Matrix): Encoder => (texts) => {
    const rows = texts.flatMap((text) => [...data.subarray(columns * +text, columns * (+text + 1))]);
    return Promise.resolve({ data: Float32Array.from(rows), rows: texts.length, columns });
  };
  using runtime = Runtime.open();
  const results = [];
  for (const blockRows of [32, 96, 4096]) {
    const searcher = new EncoderSearcher({
      encoder: given(documents),
      anchorEncoder: given(anchors),
      runtime,
      blockRows,
    });
    await searcher.add(Array.from({ length: 1000 }, (_, i) => `${i}`));
    results.push(await searcher.search(Array.from({ length: 30 }, (_, i) => anchorOf(`${i}`, [301])), 40));
    searcher.dispose();
  }
  assert.deepEqual(results[1], results[0]);
  assert.deepEqual(results[2], results[0]);
  const expected = Array.from({ length: 600 }, (_, i) => 300 + i).filter((i) => i !== 301).slice(0, 40);
  assert.deepEqual([...results[0][0].documents], expected);
});

Deno.test("search() gives all documents where fewer are there than asked for; vectors must be finite", async () => {
  using runtime = Runtime.open();
  const searcher = new EncoderSearcher({ encoder: NUMBERS, runtime, blockRows: 32 });
  await searcher.add(["1 0", "0 1", "0 0", "-1 0"]);
  const [found] = await searcher.search([anchorOf("3 0", [1])], 10);
  assert.deepEqual([...found.documents], [0, 2, 3]);
  assert.deepEqual([...found.scores], [1, 0, -1]);
  assert.deepEqual(await searcher.score(["0 2"], [[1, 3]]), [Float64Array.of(1, 0)]);
  await assert.rejects(
    searcher.search([anchorOf("NaN 1")], 1),
    /^RangeError: Cannot mine: the vector of the anchor "NaN 1" holds a number that is not finite; /,
  );
  await assert.rejects(searcher.add(["1 1", "1 Infinity"]), /the vector of text 6 of the corpus/);
  searcher.dispose();
});
