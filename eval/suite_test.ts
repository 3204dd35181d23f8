import assert from "node:assert/strict";
import type { Matrix } from "../model/mod.ts";
import type { RetrievalCollection, SimilarityPairs } from "./collection.ts";
import { heldOutCollection } from "./held_out_collection.ts";
import { evaluateSuite, type SuiteProgress } from "./suite.ts";

/** An encoder that counts the letters a to d of a text. */
function countLetters(texts: readonly string[]): Promise<Matrix> {
  const data = Float32Array.from(
    texts.flatMap((text) => [..."abcd"].map((letter) => text.split(letter).length - 1)),
  );
  return Promise.resolve({ data, rows: texts.length, columns: 4 });
}

const letters: RetrievalCollection = {
  ...heldOutCollection({
    name: "letters",
    anchors: ["aa", "bb", "cc", "dd"],
    positives: ["aaa", "bbb", "ccc", "ddd"],
  }),
  benchmark: "tiny",
};
const words: RetrievalCollection = {
  kind: "retrieval",
  name: "words",
  benchmark: "tiny",
  queryIds: ["q", "idle"],
  queryTexts: ["cab cab", "bad"],
  documentIds: ["1", "q", "2"],
  documentTexts: ["dada", "cab cab", "cab abba"],
  qrels: new Map([["q", new Map([["2", 1]])]]),
  excludeSameId: true,
};
const pairs: SimilarityPairs = {
  kind: "similarity",
  name: "pairs",
  first: ["a", "ab", "abc"],
  second: ["a", "b", "d"],
  scores: [1, 0.5, 0],
};
const subject = { name: "letters a to d", encoder: countLetters };

Deno.test("evaluateSuite scores every collection at every size, baselines beside, means over retrieval", async () => {
  const options = { truncate: [4, 2], baselines: ["bm25"] as const };
  const report = await evaluateSuite(subject, [letters, words, pairs], options);
  assert.deepEqual(report.sizes, [2, 4]);
  const [first, second, third] = report.collections;
  // Queries cc and dd are zero vectors at 2 columns: all scores 0, documents in their order, theirs third and fourth.
  assert.deepEqual(first.sizes.map(({ metrics }) => metrics["cosine_mrr@10"]), [
    (1 + 1 + 1 / 3 + 1 / 4) / 4,
    1,
  ]);
  assert.deepEqual(first.baselines[0].metrics["bm25_accuracy@10"], 0);
  assert.deepEqual(second.sizes.map(({ metrics }) => metrics["cosine_ndcg@10"]), [1, 1]);
  assert.equal(second.baselines[0].metrics["bm25_ndcg@10"], 1);
  assert.deepEqual(second.notes, ["1 of 2 queries have no relevant document and do not count"]);
  assert.deepEqual(third.sizes.map(({ metrics }) => metrics.spearman_cosine), [1, 1]);
  assert.equal(report.means[0].sizes[0].metrics["cosine_mrr@10"], ((1 + 1 + 1 / 3 + 1 / 4) / 4 + 1) / 2);
  assert.equal(report.means[0].baselines[0].metrics["bm25_accuracy@10"], 0.5);
  assert.deepEqual([report.texts, report.seconds, report.textsPerSecond], [8 + 4 + 6, null, null]);
  assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
});

Deno.test("evaluateSuite reports progress in texts, keeps every query's scores and times when asked", async () => {
  const seen: SuiteProgress[] = [];
  let now = 0;
  const report = await evaluateSuite(subject, [words, pairs], {
    perItem: true,
    onProgress: (progress) => seen.push(progress),
    clock: () => now += 500,
  });
  assert.deepEqual(seen.map(({ collection, texts }) => `${collection} ${texts}`), [
    "words 1",
    "words 4",
    "pairs 7",
    "pairs 10",
  ]);
  assert.ok(seen.every(({ totalTexts }) => totalTexts === 10));
  const [retrieval, similarity] = report.collections;
  assert.deepEqual(retrieval.items, { unit: "query", ids: ["q"] });
  const { items } = retrieval.sizes[0];
  assert.deepEqual(items?.kind === "mean" && items.values["cosine_ndcg@10"], [1]);
  assert.deepEqual(similarity.items, { unit: "pair", ids: ["0", "1", "2"], gold: [1, 0.5, 0] });
  const pairItems = similarity.sizes[0].items;
  assert.deepEqual(pairItems?.kind === "similarity" && pairItems.similarities.dot, [1, 1, 0]);
  // Four chunks of half a second each.
  assert.equal(report.textsPerSecond, 10 / 2);
  assert.equal(report.collections[0].encodeSeconds, 1);
});

Deno.test("evaluateSuite refuses sizes that the vectors do not have, and vectors that are not finite", async () => {
  for (const collection of [letters, pairs]) {
    await assert.rejects(
      evaluateSuite(subject, [collection], { truncate: [5] }),
      /at 5 dimensions: the vectors have 4/,
    );
  }
  const encoder = async (texts: readonly string[]) => {
    const matrix = await countLetters(texts);
    if (texts.includes("ccc")) matrix.data[4 * texts.indexOf("ccc")] = NaN;
    return matrix;
  };
  await assert.rejects(
    evaluateSuite({ name: "broken", encoder }, [letters]),
    /the vector of document 2 holds/,
  );
});

Deno.test("evaluateSuite: many texts go through in chunks without changing scores", async () => {
  const many = Array.from({ length: 5000 }, (_, i) => `${i}`);
  const encoder = (texts: readonly string[]): Promise<Matrix> => {
    const data = Float32Array.from(texts.flatMap((text) => [Math.cos(Number(text)), Math.sin(Number(text))]));
    return Promise.resolve({ data, rows: texts.length, columns: 2 });
  };
  const collection = heldOutCollection({
    name: "angles",
    anchors: many.slice(0, 20),
    positives: many.slice(0, 20),
  });
  const larger = { ...collection, documentTexts: many, documentIds: many };
  const qrels = new Map(collection.queryIds.map((id, i) => [id, new Map([[many[i], 1]])]));
  const report = await evaluateSuite({ name: "angles", encoder }, [{ ...larger, qrels }]);
  assert.equal(report.collections[0].sizes[0].metrics["cosine_accuracy@1"], 1);
});
