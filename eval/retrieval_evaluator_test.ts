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
