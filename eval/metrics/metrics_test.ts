import assert from "node:assert/strict";
import {
  accuracyAt,
  averagePrecisionAt,
  averagePrecisionOf,
  averageRanks,
  bestAccuracy,
  bestF1,
  classificationScores,
  matthewsCorrelation,
  ndcgAt,
  ndcgOf,
  pearson,
  precisionAt,
  recallAt,
  reciprocalRankAt,
  spearman,
  trecAveragePrecisionAt,
  trecNdcgAt,
} from "./mod.ts";

/** Ranks 2, 3 and 6 are relevant, 2 with grade 3. Four relevant documents in all. */
const GRADES = [0, 3, 1, 0, -1, 1];
/** One rounding of a sum of a few terms. */
const CLOSE = 1e-15;

function close(actual: number | null, expected: number): void {
  assert.ok(actual !== null && Math.abs(actual - expected) <= CLOSE, `${actual} is not ${expected}`);
}

Deno.test("accuracyAt: any relevant result among the first k", () => {
  assert.deepEqual([1, 2, 5, 100].map((k) => accuracyAt(GRADES, k)), [0, 1, 1, 1]);
  assert.equal(accuracyAt([], 10), 0);
});

Deno.test("precisionAt and recallAt count relevant results; results that are missing count against precision", () => {
  assert.deepEqual([1, 3, 4, 6, 12].map((k) => precisionAt(GRADES, k)), [0, 2 / 3, 0.5, 0.5, 0.25]);
  assert.deepEqual([1, 3, 6, 12].map((k) => recallAt(GRADES, k, 4)), [0, 0.5, 0.75, 0.75]);
});

Deno.test("reciprocalRankAt: one over the first relevant rank, 0 beyond k", () => {
  assert.deepEqual([1, 2, 10].map((k) => reciprocalRankAt(GRADES, k)), [0, 0.5, 0.5]);
});

Deno.test("ndcgAt: binary gains, discounted by log2, over the best that is possible", () => {
  const gain = 1 / Math.log2(3) + 1 / Math.log2(4);
  const ideal = 1 + 1 / Math.log2(3) + 1 / Math.log2(4);
  close(ndcgAt(GRADES, 3, 4), gain / ideal);
  assert.equal(ndcgAt([1, 1], 10, 2), 1);
  assert.equal(ndcgAt([], 10, 2), 0);
});

Deno.test("averagePrecisionAt: precisions at relevant ranks over min(k, relevant)", () => {
  close(averagePrecisionAt(GRADES, 100, 4), (1 / 2 + 2 / 3 + 3 / 6) / 4);
  close(averagePrecisionAt(GRADES, 2, 4), (1 / 2) / 2);
});

Deno.test("averageRanks: equal numbers share the average of their ranks", () => {
  assert.deepEqual([...averageRanks([10, 20, 10, 5, 20, 20])], [2.5, 5, 2.5, 1, 5, 5]);
});

Deno.test("pearson and spearman on a small case with ties", () => {
  const x = [1, 2, 2, 4];
  const y = [1, 3, 2, 10];
  // Means 2.25 and 4: sum of products 15, squares 4.75 and 50.
  close(pearson(x, y), 15 / Math.sqrt(4.75 * 50));
  // Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4: sum of products 4.5, squares 4.5 and 5.
  close(spearman(x, y), 4.5 / Math.sqrt(4.5 * 5));
  assert.equal(spearman([1, 2, 3], [-1, -8, -27]), -1);
});

Deno.test("pearson and spearman are null, not NaN, where they are undefined", () => {
  for (const correlate of [pearson, spearman]) {
    assert.equal(correlate([1, 1, 1], [1, 2, 3]), null);
    assert.equal(correlate([1, 2, 3], [0, 0, 0]), null);
    assert.equal(correlate([1], [1]), null);
    assert.equal(correlate([], []), null);
    // Rounding noise of one and the same number is no signal.
    assert.equal(correlate([0.1 + 0.2, 0.3, 0.3], [1, 2, 3]), null);
  }
  assert.throws(() => pearson([1, 2], [1]), /the lists have 2 and 1 numbers/);
});

Deno.test("trecNdcgAt: grades are gains, negative ones gain nothing, over the best order of all judged", () => {
  // Gains 0, 3, 1, 0, -1, 1 at ranks 1 to 6; grades 3, 2, 1, 1 are there to be found.
  const gain = 3 / Math.log2(3) + 1 / Math.log2(4) + 1 / Math.log2(7);
  const ideal = 3 + 2 / Math.log2(3) + 1 / Math.log2(4) + 1 / Math.log2(5);
  close(trecNdcgAt(GRADES, 10, [3, 2, 1, 1]), gain / ideal);
  // At 2 the ideal, too, has two ranks.
  close(trecNdcgAt(GRADES, 2, [3, 2, 1, 1]), 3 / Math.log2(3) / (3 + 2 / Math.log2(3)));
  assert.equal(trecNdcgAt([-2, 0], 10, [1]), 0);
});

Deno.test("trecAveragePrecisionAt divides by all relevant documents, also beyond k", () => {
  close(trecAveragePrecisionAt(GRADES, 100, 4), (1 / 2 + 2 / 3 + 3 / 6) / 4);
  close(trecAveragePrecisionAt(GRADES, 2, 4), (1 / 2) / 4);
});

Deno.test("averagePrecisionOf: items of one score count together, whatever their order", () => {
  // Scores 3: one of one relevant; 2: two items, one relevant; 1: two items, one relevant.
  // Recall rises by 1/3 each time, precision is 1/1, 2/3, 3/5.
  const scores = [3, 2, 2, 1, 1];
  close(averagePrecisionOf(scores, [1, 1, 0, 0, 1]), (1 + 2 / 3 + 3 / 5) / 3);
  close(averagePrecisionOf(scores, [1, 0, 1, 1, 0]), (1 + 2 / 3 + 3 / 5) / 3);
  // All scores the same: precision is the share of relevant items.
  close(averagePrecisionOf([7, 7, 7, 7], [0, 0, 1, 0]), 1 / 4);
  assert.equal(averagePrecisionOf([1, 2], [0, 0]), null);
});

Deno.test("ndcgOf: items of one score share their gains", () => {
  // Ranks 2 and 3 are a tie of gains 1 and 0: each counts 1/2.
  const dcg = 0.5 / Math.log2(3) + 0.5 / Math.log2(4);
  close(ndcgOf([9, 5, 5, 1], [0, 1, 0, 0], 10), dcg / 1);
  close(ndcgOf([9, 5, 5, 1], [0, 0, 1, 0], 10), dcg / 1);
  // At 2 the tie is cut: only its first half counts.
  close(ndcgOf([9, 5, 5, 1], [0, 0, 1, 0], 2), 0.5 / Math.log2(3));
  assert.equal(ndcgOf([1, 2], [0, 0], 10), 0);
});

Deno.test("bestAccuracy and bestF1: the first best cut, half way between two scores", () => {
  const scores = [0.9, 0.7, 0.5, 0.3];
  // Cuts after 1, 2, 3 items: right are 1 + 2, 1 + 1, 2 + 1 of 4.
  assert.deepEqual(bestAccuracy(scores, [1, 0, 1, 0]), { accuracy: 3 / 4, threshold: 0.8 });
  // F1 after 1, 2, 3 items: 2/3, 1/2, 4/5.
  const { f1, precision, recall, threshold } = bestF1(scores, [1, 0, 1, 0]);
  close(f1, 4 / 5);
  assert.deepEqual([precision, recall, threshold], [2 / 3, 1, 0.4]);
});

Deno.test("matthewsCorrelation: one table of right and wrong, 0 where a margin is empty", () => {
  // Above 0.5: one right, one wrong; below: one wrong, two right.
  const scores = [0.9, 0.8, 0.2, 0.1, 0];
  close(matthewsCorrelation(scores, [1, 0, 1, 0, 0], 0.5), (1 * 2 - 1 * 1) / Math.sqrt(2 * 2 * 3 * 3));
  assert.equal(matthewsCorrelation(scores, [1, 0, 1, 0, 0], 0), 0);
});

Deno.test("classificationScores: means over the classes that are true or predicted", () => {
  // Class 0: 1 of 2 found, 1 of 1 right; class 1: 1 of 1 found, 1 of 2 right.
  const scores = classificationScores([0, 0, 1], [0, 1, 1]);
  close(scores.accuracy, 2 / 3);
  close(scores.f1, (2 / 3 + 2 / 3) / 2);
  close(scores.precision, (1 + 1 / 2) / 2);
  close(scores.precision_weighted, 1 * 2 / 3 + 1 / 2 / 3);
  close(scores.recall, (1 / 2 + 1) / 2);
  close(scores.recall_weighted, 1 / 2 * 2 / 3 + 1 / 3);
  // Average precision of the predicted labels as scores: one positive among two that are predicted.
  close(scores.ap!, 1 / 2);
  // A class that is only predicted counts in the plain means, with F1 0.
  const three = classificationScores([0, 0, 1, 2], [0, 2, 2, 3]);
  close(three.f1, (2 / 3 + 0 + 0 + 0) / 4);
  assert.equal(three.ap, undefined);
});
