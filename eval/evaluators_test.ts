/** What all evaluators share: truncation, items, and what they refuse. */
import assert from "node:assert/strict";
import { type Matrix, matrixFromRows } from "../model/mod.ts";
import { randomMatrix } from "./_lcg.ts";
import type { Evaluation, EvaluatorOptions } from "./evaluation.ts";
import { sampleMetrics } from "./item_scores.ts";
import { evaluateMse } from "./mse_evaluator.ts";
import { evaluatePairClassification } from "./pair_classification_evaluator.ts";
import { evaluateParaphraseMining } from "./paraphrase_mining_evaluator.ts";
import { evaluateReranking } from "./reranking_evaluator.ts";
import { evaluateSimilarity } from "./similarity_evaluator.ts";
import { evaluateTranslation } from "./translation_evaluator.ts";
import { evaluateTriplets } from "./triplet_evaluator.ts";

type Pair = { a: Matrix; b: Matrix };

const LABELS = [1, 0, 1, 0, 1, 1, 0, 0];
const GRADES = [[1, 0], [0, 2], [1, 0, 0, 1]];

/** Every evaluator on eight pairs of vectors, and the labels of its items. */
const EVALUATORS: Record<
  string,
  { run: (pair: Pair, options?: EvaluatorOptions) => Evaluation; gold?: number[] }
> = {
  similarity: {
    run: ({ a, b }, options) => evaluateSimilarity({ a, b, scores: LABELS.map((x, i) => x + i) }, options),
    gold: LABELS.map((x, i) => x + i),
  },
  pairClassification: {
    run: ({ a, b }, options) => evaluatePairClassification({ a, b, labels: LABELS }, options),
    gold: LABELS,
  },
  triplets: {
    run: ({ a, b }, options) => evaluateTriplets({ anchor: a, positive: b, negative: rolled(b) }, options),
  },
  translation: { run: ({ a, b }, options) => evaluateTranslation({ source: a, target: b }, options) },
  mse: { run: ({ a, b }, options) => evaluateMse({ student: a, teacher: b }, options) },
  reranking: {
    run: ({ a, b }, options) =>
      evaluateReranking({ queries: { ...a, rows: 3 }, documents: b, grades: GRADES }, options),
  },
  paraphraseMining: {
    run: ({ a, b }, options) => {
      const sentences = { data: Float32Array.of(...a.data, ...b.data), rows: 16, columns: a.columns };
      return evaluateParaphraseMining({ sentences, duplicates: [[0, 8], [1, 9], [3, 11]] }, options);
    },
  },
};

function pairOf(columns = 6): Pair {
  return { a: cut(randomMatrix(8, 6, 1), columns), b: cut(randomMatrix(8, 6, 2), columns) };
}

function cut(matrix: Matrix, columns: number): Matrix {
  const rows = Array.from(
    { length: matrix.rows },
    (_, i) => matrix.data.subarray(i * matrix.columns, i * matrix.columns + columns),
  );
  return matrixFromRows(rows);
}

function rolled({ data, rows, columns }: Matrix): Matrix {
  return { data: Float32Array.of(...data.slice(columns), ...data.slice(0, columns)), rows, columns };
}

for (const [name, { run, gold }] of Object.entries(EVALUATORS)) {
  Deno.test(`${name}: every size is exactly what the vectors cut to it give`, () => {
    const { sizes } = run(pairOf(), { truncate: [6, 2, 3] });
    assert.deepEqual(sizes.map(({ size }) => size), [2, 3, 6]);
    for (const { size, metrics } of sizes) assert.deepEqual(metrics, run(pairOf(size)).sizes[0].metrics);
  });

  Deno.test(`${name}: the metrics are what its items say`, () => {
    const { metrics, items } = run(pairOf()).sizes[0];
    if (items === undefined) return assert.equal(name, "paraphraseMining");
    const count = Object.values(items.kind === "mean" ? items.values : items.similarities)[0].length;
    const all = Array.from({ length: count }, (_, i) => i);
    const sampled = sampleMetrics(items, { items: all, gold });
    for (const [key, value] of Object.entries(sampled)) {
      // The order of a sum of eight numbers.
      assert.ok(
        Math.abs(Number(value) - Number(metrics[key])) < 1e-12,
        `${key}: ${value} is not ${metrics[key]}`,
      );
      assert.deepEqual(sampleMetrics(items, { items: all, gold }, key), { [key]: sampled[key] });
    }
    const missing = Object.keys(metrics).filter((key) => !(key in sampled));
    assert.deepEqual(missing, name === "triplets" ? ["max_accuracy"] : []);
  });

  Deno.test(`${name} refuses vectors that are not finite and sizes that are not there, in one sentence`, () => {
    const broken = pairOf();
    broken.b.data[6 * 4 + 1] = NaN;
    assert.throws(
      () => run(broken),
      /^RangeError: Cannot evaluate: the vector of .* \d+ holds a number that is not finite; /,
    );
    assert.throws(() => run(pairOf(), { truncate: [7] }), /at 7 dimensions: the vectors have 6; truncate to/);
  });
}

Deno.test("evaluators refuse counts and sizes that do not fit, and nothing at all", () => {
  const { a, b } = pairOf();
  const short = { ...b, rows: 7, data: b.data.slice(6) };
  assert.throws(
    () => evaluateTriplets({ anchor: a, positive: b, negative: short }),
    /^TypeError: Cannot score triplets: \[8, 6\] and \[8, 6\] and \[7, 6\] vectors; give as many of each/,
  );
  assert.throws(() => evaluateMse({ student: a, teacher: cut(b, 5) }), /\[8, 6\] and \[8, 5\] vectors/);
  const none = { data: new Float32Array(0), rows: 0, columns: 6 };
  assert.throws(
    () => evaluateTranslation({ source: none, target: none }),
    /there is nothing to score; give one row/,
  );
  assert.throws(
    () => evaluateReranking({ queries: a, documents: b, grades: [[1]] }),
    /1 queries with 1 grades for 8 and 8 vectors/,
  );
  assert.throws(
    () => evaluatePairClassification({ a, b, labels: LABELS.with(2, 2) }),
    /label 2 is 2; give 1 for pairs that belong together, 0 for others$/,
  );
});

Deno.test("evaluatePairClassification: one label alone gives null and a note, never NaN", () => {
  const { a, b } = pairOf();
  const { sizes, notes } = evaluatePairClassification({ a, b, labels: LABELS.map(() => 1) });
  assert.ok(Object.values(sizes[0].metrics).every((value) => value === null));
  assert.deepEqual(notes, ["all labels are 1: nothing can be told apart"]);
});

Deno.test("evaluatePairClassification: vectors that are all the same still have scores", () => {
  const same = matrixFromRows(LABELS.map(() => [1, 2]));
  const { metrics } = evaluatePairClassification({ a: same, b: same, labels: LABELS }).sizes[0];
  // Every cut runs through one score: average precision is the share of positive pairs.
  assert.equal(metrics.cosine_ap, 0.5);
  assert.ok(Object.values(metrics).every(Number.isFinite));
});

Deno.test("evaluateTriplets: equally alike is not enough, a margin asks for more", () => {
  const anchor = matrixFromRows([[1, 0], [1, 0], [1, 0]]);
  const positive = matrixFromRows([[1, 0], [0, 1], [3, 0]]);
  const negative = matrixFromRows([[0, 1], [0, 1], [2, 0]]);
  const metrics = evaluateTriplets({ anchor, positive, negative }).sizes[0].metrics;
  assert.deepEqual([metrics.cosine_accuracy, metrics.dot_accuracy, metrics.euclidean_accuracy], [
    1 / 3,
    2 / 3,
    1 / 3,
  ]);
  const strict = evaluateTriplets({ anchor, positive, negative }, { margin: 1 }).sizes[0].metrics;
  assert.equal(strict.dot_accuracy, 0);
});

Deno.test("evaluateTranslation: a sentence that is found twice has half the precision", () => {
  // Sources 0 and 1 both find target 0; source 2 finds its own.
  const source = matrixFromRows([[1, 0], [1, 0.1], [0, 1]]);
  const target = matrixFromRows([[1, 0], [-1, 0], [0, 1]]);
  const { metrics } = evaluateTranslation({ source, target }).sizes[0];
  assert.equal(metrics.src2trg_accuracy, 2 / 3);
  assert.equal(metrics.recall, 2 / 3);
  // Class 0: precision 1/2, recall 1, F1 2/3; class 1: 0; class 2: 1. Each is true once.
  assert.equal(metrics.precision, (1 / 2 + 0 + 1) / 3);
  assert.ok(Math.abs(metrics.f1! - (2 / 3 + 0 + 1) / 3) < 1e-15);
});

Deno.test("evaluateReranking: queries that cannot be wrong are left out and noted; of ties the irrelevant come first", () => {
  const queries = matrixFromRows([[1, 0], [1, 0], [0, 1]]);
  // The second query has only relevant candidates; both candidates of the third are equally near.
  const documents = matrixFromRows([[1, 0], [0, 1], [1, 0], [1, 1], [1, 1]]);
  const { sizes, notes } = evaluateReranking({ queries, documents, grades: [[2, 0], [1], [1, -1]] });
  assert.equal(sizes[0].metrics["mrr@10"], (1 + 1 / 2) / 2);
  // Average precision of a tie of one relevant and one irrelevant: 1/2. NDCG: half the gain at either rank.
  assert.equal(sizes[0].metrics.map, (1 + 1 / 2) / 2);
  assert.ok(Math.abs(sizes[0].metrics["ndcg@10"]! - (1 + 0.5 + 0.5 / Math.log2(3)) / 2) < 1e-15);
  assert.deepEqual(notes, [
    "1 of 3 queries have only relevant or only irrelevant candidates and do not count",
  ]);
  assert.throws(
    () =>
      evaluateReranking({
        queries: { ...queries, rows: 1 },
        documents: { ...documents, rows: 1 },
        grades: [[1]],
      }),
    /none of 1 queries has relevant and irrelevant candidates; give some of both$/,
  );
});

Deno.test("evaluateParaphraseMining: duplicates of duplicates, at most so many neighbours and pairs", () => {
  const sentences = matrixFromRows([[1, 0], [1, 0.1], [1, 0.2], [0, 1]]);
  const duplicates: [number, number][] = [[0, 1], [2, 1]];
  // Candidates, most alike first: 1-2, 0-1, 0-2, then those with 3.
  const plain = evaluateParaphraseMining({ sentences, duplicates }).sizes[0].metrics;
  assert.deepEqual([plain.average_precision, plain.recall], [1, 1]);
  const transitive =
    evaluateParaphraseMining({ sentences, duplicates }, { transitive: true }).sizes[0].metrics;
  assert.deepEqual([transitive.average_precision, transitive.precision], [1, 1]);
  const one = evaluateParaphraseMining({ sentences, duplicates }, { maxPairs: 1 }).sizes[0].metrics;
  assert.deepEqual([one.average_precision, one.recall], [1 / 2, 1 / 2]);
  assert.throws(
    () => evaluateParaphraseMining({ sentences, duplicates: [] }),
    /no duplicates are given; name one pair/,
  );
  assert.throws(
    () => evaluateParaphraseMining({ sentences, duplicates: [[0, 4]] }),
    /the duplicate 0, 4 is no pair of two different sentences; name sentences by their numbers from 0 to 3$/,
  );
});
