import assert from "node:assert/strict";
import {
  accuracyAt,
  averagePrecisionAt,
  averageRanks,
  ndcgAt,
  pearson,
  precisionAt,
  recallAt,
  reciprocalRankAt,
  spearman,
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
