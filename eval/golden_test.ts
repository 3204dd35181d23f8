/** The reference's evaluators on the same vectors: every number of the golden file that no other test holds. */
import assert from "node:assert/strict";
import { type Matrix, matrixFromRows, type QuantizedPrecision, quantizeVectors } from "../model/mod.ts";
import type { Evaluation } from "./evaluation.ts";
import { evaluateMse } from "./mse_evaluator.ts";
import { evaluatePairClassification } from "./pair_classification_evaluator.ts";
import { evaluateParaphraseMining } from "./paraphrase_mining_evaluator.ts";
import { evaluateReranking } from "./reranking_evaluator.ts";
import { evaluateTranslation } from "./translation_evaluator.ts";
import { evaluateTriplets } from "./triplet_evaluator.ts";

type Expected = Record<string, number>;

interface Pairs {
  a: number[][];
  b: number[][];
  /** Second vectors of the labelled pairs. */
  labelledB: number[][];
  negative: number[][];
  labels: number[];
  duplicates: [number, number][];
  expected: Record<"pairClassification" | "triplets" | "translation" | "mse" | "paraphraseMining", Expected>;
}

const read = async <T>(name: string): Promise<T> =>
  JSON.parse(await Deno.readTextFile(new URL(`../fixtures/eval/${name}.json`, import.meta.url)));

const pairs = await read<Pairs>("pairs");
const [a, b, labelledB, negative] = [pairs.a, pairs.b, pairs.labelledB, pairs.negative].map(matrixFromRows);

/** 1e-6 is what the issue asks; the reference computes similarities in float32 (measured: 9e-7, of a threshold of 12). */
const TOLERANCE = 1e-6;

function assertScores({ sizes: [{ metrics }] }: Evaluation, expected: Expected, tolerance = TOLERANCE): void {
  for (const [key, value] of Object.entries(expected)) {
    assert.ok(Math.abs(metrics[key]! - value) < tolerance, `${key}: ${metrics[key]} is not ${value}`);
  }
}

Deno.test("evaluatePairClassification gives the reference's scores and thresholds, under its keys", () => {
  const found = evaluatePairClassification({ a, b: labelledB, labels: pairs.labels });
  const expected = pairs.expected.pairClassification;
  assert.deepEqual(Object.keys(found.sizes[0].metrics).sort(), Object.keys(expected).sort());
  assertScores(found, expected);
});

Deno.test("evaluateTriplets gives the reference's scores, under its keys", () => {
  const found = evaluateTriplets({ anchor: a, positive: b, negative });
  assert.deepEqual(Object.keys(found.sizes[0].metrics), Object.keys(pairs.expected.triplets));
  assertScores(found, pairs.expected.triplets);
});

Deno.test("evaluateTranslation gives the reference's scores, under its keys", () => {
  assertScores(evaluateTranslation({ source: a, target: b }), pairs.expected.translation, 1e-12);
});

Deno.test("evaluateParaphraseMining gives the reference's scores and threshold, under its keys", () => {
  const sentences = matrixFromRows([...pairs.a, ...pairs.b]);
  const found = evaluateParaphraseMining({ sentences, duplicates: pairs.duplicates });
  assert.deepEqual(Object.keys(found.sizes[0].metrics), Object.keys(pairs.expected.paraphraseMining));
  assertScores(found, pairs.expected.paraphraseMining);
});

Deno.test("evaluateMse gives the reference's score but for its float32 sum, which is followed to the last bit", () => {
  const expected = pairs.expected.mse.negative_mse;
  // NumPy adds 720 float32 squares: 1e-5 of 78. In its own arithmetic the number is met exactly.
  assert.equal(-Math.fround(100 * numpyMeanSquare(b, a)), expected);
  assertScores(
    evaluateMse({ student: b, teacher: a }),
    { negative_mse: expected },
    1e-6 * Math.abs(expected),
  );
});

Deno.test("evaluateReranking gives the reference's scores, under its keys", async () => {
  const { vectors, samples, expected } = await read<{
    vectors: number[][];
    samples: { query: number; positive: number[]; negative: number[] }[];
    expected: Expected;
  }>("reranking");
  const found = evaluateReranking({
    queries: matrixFromRows(samples.map(({ query }) => vectors[query])),
    documents: matrixFromRows(samples.flatMap((s) => [...s.positive, ...s.negative].map((i) => vectors[i]))),
    grades: samples.map((s) => [...s.positive.map(() => 1), ...s.negative.map(() => 0)]),
  });
  assert.deepEqual(Object.keys(found.sizes[0].metrics), Object.keys(expected));
  assertScores(found, expected, 1e-12);
});

for (const precision of ["int8", "uint8", "binary", "ubinary"] as const) {
  Deno.test(`quantizeVectors gives the reference's ${precision} codes`, async () => {
    const golden = await read<Record<QuantizedPrecision | "embeddings", number[][]>>("quantization");
    const codes = quantizeVectors(matrixFromRows(golden.embeddings), precision);
    assert.deepEqual([...codes], golden[precision].flat());
  });
}

/** `((a - b) ** 2).mean()` of float32 arrays in NumPy's arithmetic: pairwise sums over eight accumulators. */
function numpyMeanSquare(x: Matrix, y: Matrix): number {
  const squares = x.data.map((value, i) => Math.fround(value - y.data[i]) ** 2);
  return Math.fround(pairwiseSum(squares) / squares.length);
}

function pairwiseSum(values: Float32Array): number {
  if (values.length > 128) {
    const half = (values.length >> 1) - (values.length >> 1) % 8;
    return Math.fround(pairwiseSum(values.subarray(0, half)) + pairwiseSum(values.subarray(half)));
  }
  const sums = values.slice(0, 8);
  const whole = values.length - values.length % 8;
  for (let i = 8; i < whole; i++) sums[i % 8] += values[i];
  const add = (...terms: number[]): number => terms.reduce((sum, term) => Math.fround(sum + term));
  const [r0, r1, r2, r3, r4, r5, r6, r7] = sums;
  const even = add(add(add(r0, r1), add(r2, r3)), add(add(r4, r5), add(r6, r7)));
  return add(even, ...values.subarray(whole));
}
