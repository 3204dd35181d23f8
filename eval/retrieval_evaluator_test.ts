import assert from "node:assert/strict";
import { matrixFromRows } from "../model/mod.ts";
import { evaluateRetrieval, type RetrievalVectors } from "./retrieval_evaluator.ts";

interface Golden {
  queries: number[][];
  corpus: number[][];
  qrels: Record<string, number[]>;
  expected: Record<string, Record<string, number>>;
}

const golden: Golden = JSON.parse(
  await Deno.readTextFile(new URL("../fixtures/eval/retrieval.json", import.meta.url)),
);

function goldenVectors(): RetrievalVectors {
  return {
    queries: matrixFromRows(golden.queries),
    documents: matrixFromRows(golden.corpus),
    queryIds: golden.queries.map((_, i) => String(i)),
    documentIds: golden.corpus.map((_, i) => String(i)),
    qrels: new Map(
      Object.entries(golden.qrels).map((
        [id, documents],
      ) => [id, new Map(documents.map((d) => [String(d), 1]))]),
    ),
  };
}

Deno.test("evaluateRetrieval gives the reference's metrics at every truncation, under its keys", () => {
  const { sizes, notes, queryIds } = evaluateRetrieval(goldenVectors(), { truncate: [16, 4, 8, 8] });
  assert.deepEqual(sizes.map(({ size }) => size), [4, 8, 16]);
  assert.deepEqual(notes, []);
  for (const { size, metrics, perQuery } of sizes) {
    const expected = golden.expected[size === 16 ? "full" : size];
    assert.deepEqual(Object.keys(metrics).sort(), Object.keys(expected).sort());
    for (const [key, value] of Object.entries(expected)) {
      // The rankings are the same, so only the order of a sum of 20 numbers may differ: 1e-12 instead of 1e-6.
      assert.ok(
        Math.abs(metrics[key]! - value) < 1e-12,
        `${key} at ${size}: ${metrics[key]} is not ${value}`,
      );
      assert.equal(perQuery[key].length, queryIds.length);
    }
  }
});

Deno.test("evaluateRetrieval: a query may find the document with its own id unless told otherwise", () => {
  const vectors: RetrievalVectors = {
    queries: matrixFromRows([[1, 0]]),
    documents: matrixFromRows([[1, 0], [0.9, 0.1]]),
    queryIds: ["same"],
    documentIds: ["same", "other"],
    qrels: new Map([["same", new Map([["other", 1]])]]),
  };
  const mrr = (excludeSameId: boolean) =>
    evaluateRetrieval(vectors, { excludeSameId, similarity: "dot" }).sizes[0].metrics["dot_mrr@10"];
  assert.equal(mrr(false), 0.5);
  assert.equal(mrr(true), 1);
});

Deno.test("evaluateRetrieval: a corpus of one, other cut-offs, queries without judgments", () => {
  const result = evaluateRetrieval({
    queries: matrixFromRows([[5], [1]]),
    documents: matrixFromRows([[1]]),
    queryIds: ["unjudged", "q"],
    documentIds: ["d"],
    qrels: new Map([["q", new Map([["d", 1]])]]),
  }, { cutoffs: { accuracy: [2], precisionRecall: [], ndcg: [3], mrr: [], map: [] } });
  assert.deepEqual(result.sizes[0].metrics, { "cosine_accuracy@2": 1, "cosine_ndcg@3": 1 });
  assert.deepEqual(result.queryIds, ["q"]);
  assert.deepEqual(result.notes, ["1 of 2 queries have no relevant document and do not count"]);
});

Deno.test("evaluateRetrieval refuses bad vectors, sizes and counts in one sentence", () => {
  const brokenDocument = goldenVectors();
  brokenDocument.documents.data[16 * 7 + 3] = NaN;
  assert.throws(
    () => evaluateRetrieval(brokenDocument),
    /vector of document 7 holds a number that is not finite/,
  );
  const brokenQuery = goldenVectors();
  brokenQuery.queries.data[16 * 2] = Infinity;
  assert.throws(() => evaluateRetrieval(brokenQuery), /vector of query 2 holds a number that is not finite/);
  assert.throws(
    () => evaluateRetrieval(goldenVectors(), { truncate: [8, 17] }),
    /at 17 dimensions: the vectors have 16; truncate to whole numbers from 1 to 16/,
  );
  assert.throws(
    () => evaluateRetrieval({ ...goldenVectors(), queryIds: ["1"] }),
    /1 query ids for 20 vectors; give one id a vector/,
  );
});

/** One query, documents with scores by one column; ids, grades and scores as given. */
function ranked(documents: Record<string, [score: number, grade?: number]>): RetrievalVectors {
  const entries = Object.entries(documents);
  return {
    queries: matrixFromRows([[1]]),
    documents: matrixFromRows(entries.map(([, [score]]) => [score])),
    queryIds: ["q"],
    documentIds: entries.map(([id]) => id),
    qrels: new Map([[
      "q",
      new Map(entries.flatMap(([id, [, grade]]) => grade === undefined ? [] : [[id, grade]])),
    ]]),
  };
}

function scoresOf(
  vectors: RetrievalVectors,
  definitions: "reference" | "trec",
): Record<string, number | null> {
  const cutoffs = { accuracy: [1], precisionRecall: [2], ndcg: [3], mrr: [10], map: [2] };
  return evaluateRetrieval(vectors, { similarity: "dot", definitions, cutoffs }).sizes[0].metrics;
}

Deno.test("evaluateRetrieval by NIST's definitions: graded gains, ties by id from the last, all relevant in MAP", () => {
  // b, c and a have the score 2: trec_eval puts c first, then b, then a; d follows, e was not judged.
  const vectors = ranked({ a: [2, 3], b: [2, 0], c: [2, 1], d: [1, 2], e: [0] });
  const trec = scoresOf(vectors, "trec");
  // Grades in order: 1, 0, 3, 2. DCG@3 = 1 + 0 + 3 / log2(4); ideal 3, 2, 1: 3 + 2 / log2(3) + 1 / log2(4).
  const ideal = 3 + 2 / Math.log2(3) + 1 / 2;
  assert.ok(Math.abs(trec["dot_ndcg@3"]! - (1 + 3 / 2) / ideal) < 1e-15);
  // MAP@2: precision 1 at rank 1, over all three relevant documents.
  assert.equal(trec["dot_map@2"], 1 / 3);
  assert.deepEqual([trec["dot_mrr@10"], trec["dot_precision@2"], trec["dot_recall@2"]], [1, 1 / 2, 1 / 3]);
});

Deno.test("evaluateRetrieval by the reference's definitions: binary gains, ties in the collection's order", () => {
  const reference = scoresOf(ranked({ a: [2, 3], b: [2, 0], c: [2, 1], d: [1, 2], e: [0] }), "reference");
  // Grades in order: 3, 0, 1. DCG@3 = 1 + 1 / log2(4); ideal: three relevant documents.
  assert.ok(Math.abs(reference["dot_ndcg@3"]! - (1 + 1 / 2) / (1 + 1 / Math.log2(3) + 1 / 2)) < 1e-15);
  // MAP@2: precision 1 at rank 1, over the two that k leaves room for.
  assert.equal(reference["dot_map@2"], 1 / 2);
});

Deno.test("evaluateRetrieval: negative judgments are not relevant, by either definition", () => {
  const vectors = ranked({ a: [3, -2], b: [2, 1], c: [1, 0] });
  for (const definitions of ["reference", "trec"] as const) {
    const metrics = scoresOf(vectors, definitions);
    assert.equal(metrics["dot_mrr@10"], 1 / 2);
    assert.equal(metrics["dot_ndcg@3"], 1 / Math.log2(3));
  }
});

Deno.test("evaluateRetrieval: the order of bits is that of Hamming distances, int8 keeps nearly every order", () => {
  const vectors = goldenVectors();
  const { sizes, quantized } = evaluateRetrieval(vectors, {
    truncate: [8, 16],
    precisions: ["int8", "binary"],
  });
  assert.deepEqual(
    quantized.map(({ precision, rescored, size }) => `${precision} ${rescored} ${size}`),
    ["int8", "binary"].flatMap((p) =>
      [false, true].flatMap((r) => [8, 16].map((size) => `${p} ${r} ${size}`))
    ),
  );
  const bits = (row: number, matrix: RetrievalVectors["queries"], size: number): number[] =>
    Array.from(matrix.data.subarray(row * 16, row * 16 + size), (x) => Number(x > 0));
  const firsts = golden.queries.map((_, q) => {
    const query = bits(q, vectors.queries, 8);
    const distances = golden.corpus.map((_, d) =>
      bits(d, vectors.documents, 8).filter((bit, i) => bit !== query[i]).length
    );
    const first = distances.indexOf(Math.min(...distances));
    return Number(golden.qrels[q]?.includes(first) ?? false);
  });
  const binary = quantized.find(({ precision, rescored }) => precision === "binary" && !rescored)!;
  assert.deepEqual([...binary.perQuery["cosine_accuracy@1"]], firsts);
  const int8 = quantized.filter(({ precision, rescored }) => precision === "int8" && rescored);
  int8.forEach(({ metrics }, s) => {
    // 255 steps a column turn over a few neighbours in 150.
    assert.ok(Math.abs(metrics["cosine_map@100"]! - sizes[s].metrics["cosine_map@100"]!) < 0.03);
  });
});

Deno.test("evaluateRetrieval: rescored bits are ranked by the float32 query, as the reference's search does", () => {
  const vectors = goldenVectors();
  const k = 5;
  const cutoffs = { accuracy: [1], precisionRecall: [], ndcg: [], mrr: [k], map: [] };
  const { quantized } = evaluateRetrieval(vectors, { precisions: ["binary"], cutoffs });
  const expected = golden.queries.map((query, q) => {
    const bits = golden.corpus.map((row) => row.map((x) => Number(x > 0)));
    const hamming = bits.map((row) => row.filter((bit, i) => bit !== Number(query[i] > 0)).length);
    const candidates = hamming.map((_, d) => d).sort((a, b) => hamming[a] - hamming[b] || a - b).slice(
      0,
      2 * k,
    );
    // The reference multiplies the query with the bits 0 and 1: the same order as with -1 and 1.
    const score = (d: number): number => bits[d].reduce((sum, bit, i) => sum + bit * query[i], 0);
    const found = candidates.sort((a, b) => score(b) - score(a)).slice(0, k);
    const rank = found.findIndex((d) => golden.qrels[q].includes(d));
    return rank < 0 ? 0 : 1 / (rank + 1);
  });
  assert.deepEqual([...quantized[1].perQuery[`cosine_mrr@${k}`]], expected);
});

Deno.test("evaluateRetrieval: a document without text is a zero vector, and is never preferred to one that is alike", () => {
  const { metrics } = evaluateRetrieval({
    queries: matrixFromRows([[1, 1]]),
    documents: matrixFromRows([[0, 0], [1, 0.9], [-1, -1]]),
    queryIds: ["q"],
    documentIds: ["empty", "near", "far"],
    qrels: new Map([["q", new Map([["near", 1]])]]),
  }).sizes[0];
  assert.equal(metrics["cosine_accuracy@1"], 1);
});
