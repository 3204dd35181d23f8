/** The suite on every kind of collection, beside other encoders, with quantised vectors and worst queries. */
import assert from "node:assert/strict";
import { type Matrix, matrixFromRows } from "../model/mod.ts";
import type { EvaluationCollection, RetrievalCollection } from "./collection.ts";
import { evaluateSuite, type Subject } from "./suite.ts";

/** An encoder that counts some letters of a text. */
function counter(letters: string): Subject {
  const encoder = (texts: readonly string[]): Promise<Matrix> =>
    Promise.resolve(
      matrixFromRows(texts.map((text) => [...letters].map((letter) => text.split(letter).length - 1))),
    );
  return { name: `counts ${letters}`, encoder };
}

const WORDS = ["aab", "abb", "bbc", "ccd", "acd", "add", "bdd", "ccc"];

const COLLECTIONS: EvaluationCollection[] = [
  {
    kind: "retrieval",
    name: "retrieval",
    queryIds: ["q1", "q2"],
    queryTexts: ["aa b", "d"],
    documentIds: WORDS,
    documentTexts: WORDS,
    qrels: new Map([["q1", new Map([["aab", 2]])], ["q2", new Map([["aab", 1], ["gone", 1]])]]),
    excludeSameId: false,
  },
  {
    kind: "similarity",
    name: "similarity",
    first: WORDS,
    second: [...WORDS].reverse(),
    scores: WORDS.map((_, i) => i),
  },
  { kind: "triplets", name: "triplets", anchors: ["aa"], positives: ["aab"], negatives: ["dd"] },
  {
    kind: "pairClassification",
    name: "pairs",
    first: WORDS.slice(0, 4),
    second: WORDS.slice(0, 4).map((word, i) => i % 2 ? "dddd" : word),
    labels: [1, 0, 1, 0],
  },
  {
    kind: "classification",
    name: "texts",
    trainTexts: ["aaa", "aab", "ddd", "ddc"],
    trainLabels: ["a", "a", "d", "d"],
    draws: [[0, 2], [1, 3], [0, 1, 2, 3]],
    testTexts: ["aaab", "dddc"],
    testLabels: ["a", "d"],
    notes: ["a note of the loader"],
  },
  {
    kind: "reranking",
    name: "lists",
    queries: ["a"],
    candidates: [["aa", "bb"]],
    grades: [[1, 0]],
    mainMetric: "mrr@10",
  },
  { kind: "translation", name: "languages", source: ["a", "b"], target: ["aa", "bb"] },
  { kind: "paraphraseMining", name: "paraphrases", texts: ["a", "aa", "b"], duplicates: [[0, 1]] },
  { kind: "mse", name: "teacher", texts: ["ab"], vectors: matrixFromRows([[1, 1, 0, 2]]) },
];

Deno.test("evaluateSuite scores every kind at every size, with its main score, counts and items", async () => {
  const report = await evaluateSuite(counter("abcd"), COLLECTIONS, {
    truncate: [2, 4],
    perItem: true,
    threads: 1,
  });
  assert.deepEqual(
    report.collections.map(({ kind, mainMetric, counts, sizes, items }) => [
      kind,
      mainMetric,
      counts,
      sizes.at(-1)!.metrics[mainMetric],
      items && `${items.ids.length} ${items.unit}`,
    ]),
    [
      // Documents without letter d have the cosine 0 with q2: aab is the fifth of eight, one of two wanted.
      [
        "retrieval",
        "cosine_ndcg@10",
        { queries: 2, documents: 8 },
        (1 + 1 / Math.log2(6) / (1 + 1 / Math.log2(3))) / 2,
        "2 query",
      ],
      [
        "similarity",
        "spearman_cosine",
        { pairs: 8 },
        report.collections[1].sizes[1].metrics.spearman_cosine,
        "8 pair",
      ],
      ["triplets", "cosine_accuracy", { triplets: 1 }, 1, "1 triplet"],
      ["pairClassification", "cosine_ap", { pairs: 4 }, 1, "4 pair"],
      ["classification", "accuracy", { texts: 2, labels: 2 }, 1, "2 text"],
      ["reranking", "mrr@10", { queries: 1, documents: 2 }, 1, "1 query"],
      ["translation", "mean_accuracy", { pairs: 2 }, 1, "2 pair"],
      ["paraphraseMining", "average_precision", { texts: 3, duplicates: 1 }, 1, undefined],
      ["mse", "negative_mse", { texts: 1 }, -100, "1 text"],
    ],
  );
  assert.deepEqual(report.collections[4].notes, ["a note of the loader"]);
  assert.ok(report.collections.every(({ sizes }) => sizes.every(({ size, bytes }) => bytes === 4 * size)));
  const json = JSON.stringify(report);
  assert.deepEqual(JSON.parse(json), report);
  assert.ok(!json.includes("NaN"));
});

Deno.test("evaluateSuite: quantised vectors by precision, rescoring and size, where something is compared", async () => {
  const report = await evaluateSuite(counter("abcd"), COLLECTIONS, {
    truncate: [2, 4],
    precisions: ["int8", "binary"],
  });
  const variants = report.collections.map(({ kind, quantized }) =>
    `${kind} ${quantized?.map((q) => `${q.precision}${q.rescored ? "+" : ""}${q.size}:${q.bytes}`).join(" ")}`
  );
  const plain = "int82:2 int84:4 binary2:1 binary4:1";
  assert.deepEqual(variants, [
    "retrieval int82:2 int84:4 int8+2:2 int8+4:4 binary2:1 binary4:1 binary+2:1 binary+4:1",
    `similarity ${plain}`,
    `triplets ${plain}`,
    `pairClassification ${plain}`,
    "classification undefined",
    `reranking ${plain}`,
    `translation ${plain}`,
    `paraphraseMining ${plain}`,
    "mse undefined",
  ]);
  const [{ quantized, sizes }] = report.collections;
  // 255 steps between counts of 0 and 3 keep the first document first.
  assert.equal(quantized![1].metrics["cosine_accuracy@1"], sizes[1].metrics["cosine_accuracy@1"]);
});

Deno.test("evaluateSuite: other encoders beside the model, at the sizes that they have", async () => {
  const [retrieval, similarity] = COLLECTIONS;
  const report = await evaluateSuite(counter("abcd"), [retrieval, similarity], {
    truncate: [2, 4],
    baselines: ["bm25", counter("ab"), counter("abcdef")],
  });
  const [first, second] = report.collections;
  assert.deepEqual(first.baselines.map(({ name }) => name), ["bm25", "counts ab", "counts abcdef"]);
  assert.deepEqual(second.baselines.map(({ name }) => name), ["counts ab", "counts abcdef"]);
  const [, narrow, wide] = first.baselines;
  assert.deepEqual([narrow.sizes?.map(({ size }) => size), wide.sizes?.map(({ size }) => size)], [[2], [
    2,
    4,
  ]]);
  assert.deepEqual(narrow.sizes![0].metrics, first.sizes[0].metrics);
  assert.deepEqual(wide.metrics, first.sizes[1].metrics);
  // The texts of the model alone.
  assert.equal(report.texts, 10 + 16);
});

Deno.test("evaluateSuite: the worst queries with what was found instead, and where the wanted ones were", async () => {
  const [report] =
    (await evaluateSuite(counter("abcd"), [COLLECTIONS[0]], { worst: 1, worstTexts: true })).collections;
  assert.equal(report.worst?.length, 1);
  const [{ id, text, score, found, expected }] = report.worst!;
  assert.deepEqual([id, text], ["q2", "d"]);
  assert.ok(score < 0.3);
  const { similarity, ...first } = found[0];
  assert.deepEqual(first, { id: "add", text: "add", rank: 1, relevant: false });
  assert.ok(Math.abs(similarity! - 2 / Math.sqrt(5)) < 1e-12);
  assert.deepEqual(expected, [
    { id: "aab", text: "aab", rank: 5, similarity: 0, relevant: true },
    { id: "gone", rank: null, similarity: null, relevant: true },
  ]);
});

Deno.test("evaluateSuite: means over the collections of a benchmark, of quantised vectors and baselines, too", async () => {
  const [retrieval] = COLLECTIONS as [RetrievalCollection];
  const one = { ...retrieval, benchmark: "both", qrels: new Map([["q1", new Map([["aab", 1]])]]) };
  const two = { ...one, name: "other", qrels: new Map([["q2", new Map([["aab", 1]])]]) };
  const alone = { ...one, name: "alone", benchmark: "another" };
  const { means, collections } = await evaluateSuite(counter("abcd"), [one, alone, two], {
    precisions: ["binary"],
    baselines: ["bm25", counter("ab")],
  });
  assert.deepEqual(means.map(({ benchmark, collections }) => [benchmark, collections]), [["both", 2]]);
  const [mean] = means;
  const of = (read: (report: (typeof collections)[number]) => number | null): number =>
    (read(collections[0])! + read(collections[2])!) / 2;
  assert.equal(
    mean.sizes[0].metrics["cosine_ndcg@10"],
    of(({ sizes }) => sizes[0].metrics["cosine_ndcg@10"]),
  );
  assert.equal(
    mean.quantized![1].metrics["cosine_map@100"],
    of(({ quantized }) => quantized![1].metrics["cosine_map@100"]),
  );
  assert.equal(
    mean.baselines[1].sizes![0].metrics["cosine_mrr@10"],
    of(({ baselines }) => baselines[1].metrics["cosine_mrr@10"]),
  );
});

Deno.test("evaluateSuite refuses collections with duplicate ids, and notes judgments that name unknown ones", async () => {
  const [retrieval] = COLLECTIONS as [RetrievalCollection];
  const score = (collection: EvaluationCollection) => evaluateSuite(counter("abcd"), [collection]);
  await assert.rejects(
    score({ ...retrieval, documentIds: WORDS.with(1, "aab") }),
    /Cannot score retrieval: the document id 'aab' occurs twice \(entries 0 and 1\); give every entry its own id/,
  );
  const { collections } = await score(retrieval);
  assert.deepEqual(collections[0].notes, [
    "1 relevant documents are not in the collection and count as not found",
  ]);
});

Deno.test("evaluateSuite: a corpus of one, and documents without text", async () => {
  const single: RetrievalCollection = {
    ...COLLECTIONS[0] as RetrievalCollection,
    documentIds: ["only"],
    documentTexts: [""],
    qrels: new Map([["q1", new Map([["only", 1]])]]),
  };
  const { collections } = await evaluateSuite(counter("abcd"), [single], { precisions: ["int8", "binary"] });
  const [{ sizes, quantized }] = collections;
  assert.equal(sizes[0].metrics["cosine_ndcg@10"], 1);
  assert.ok(quantized!.every(({ metrics }) => Object.values(metrics).every(Number.isFinite)));
});
