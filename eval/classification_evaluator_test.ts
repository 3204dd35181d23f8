import assert from "node:assert/strict";
import { matrixFromRows } from "../model/mod.ts";
import { sequence } from "./_lcg.ts";
import { numpyShuffle } from "./_numpy_shuffle.ts";
import { classificationDraws } from "./classification_draws.ts";
import { type ClassificationVectors, evaluateClassification } from "./classification_evaluator.ts";

Deno.test("numpyShuffle orders numbers as NumPy's RandomState does", () => {
  const order = Array.from({ length: 10 }, (_, i) => i);
  numpyShuffle(order, 42);
  // numpy.random.RandomState(42).permutation(10)
  assert.deepEqual(order, [8, 1, 5, 0, 7, 2, 9, 4, 3, 6]);
});

Deno.test("classificationDraws: the first of each label in the order of the shuffle, shuffled on for every draw", () => {
  const labels = ["a", "b", "a", "b", "a", "b", "a", "b", "a", "c"];
  const [first, second] = classificationDraws(labels, { samplesPerLabel: 2, draws: 2 });
  // The order 8 1 5 0 7 2 9 4 3 6: a b b a . . c, then nothing is wanted any more.
  assert.deepEqual(first, [8, 1, 5, 0, 9]);
  // The same shuffle of that order: place i of the next one holds what place order[i] held.
  const order = [8, 1, 5, 0, 7, 2, 9, 4, 3, 6];
  const next = order.map((place) => order[place]);
  assert.deepEqual(next, [3, 1, 2, 8, 4, 5, 6, 7, 0, 9]);
  assert.deepEqual(second, [3, 1, 2, 8, 9]);
  assert.equal(classificationDraws(labels).length, 10);
});

/** Labels that lie in different directions of the first two columns; noise in the others. */
function vectors(labels: readonly string[], seed: number): ReturnType<typeof matrixFromRows> {
  const next = sequence(seed);
  return matrixFromRows(labels.map((label) => {
    const angle = label.charCodeAt(0);
    return [3 * Math.cos(angle), 3 * Math.sin(angle), next(), next()];
  }));
}

function task(): ClassificationVectors {
  const trainLabels = Array.from({ length: 60 }, (_, i) => "xyz"[i % 3]);
  const testLabels = Array.from({ length: 30 }, (_, i) => "zyx"[i % 3]);
  return { train: vectors(trainLabels, 1), trainLabels, test: vectors(testLabels, 2), testLabels };
}

Deno.test("evaluateClassification: labels that vectors tell apart are found, at every size, text by text and draw by draw", () => {
  const { sizes, notes } = evaluateClassification(task(), { truncate: [1, 2, 4], draws: 3 });
  assert.deepEqual(sizes.map(({ size }) => size), [1, 2, 4]);
  assert.deepEqual(sizes[1].metrics, {
    accuracy: 1,
    f1: 1,
    f1_weighted: 1,
    precision: 1,
    precision_weighted: 1,
    recall: 1,
    recall_weighted: 1,
  });
  assert.ok(sizes[2].metrics.accuracy! > 0.9);
  const { items, draws, metrics } = sizes[0];
  // Every text's share of draws in which it was right, and every draw's accuracy: both have the same mean.
  const texts = items?.kind === "mean" ? Array.from(items.values.accuracy) : [];
  assert.deepEqual([texts.length, draws?.accuracy.length], [30, 3]);
  for (const values of [texts, draws!.accuracy]) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    assert.ok(Math.abs(mean - metrics.accuracy!) < 1e-12);
  }
  assert.deepEqual(notes, []);
});

Deno.test("evaluateClassification: the same draws give the same scores, whoever made them", () => {
  const { trainLabels, ...rest } = task();
  const draws = classificationDraws(trainLabels, { draws: 2 });
  const given = evaluateClassification({ ...rest, trainLabels, draws });
  assert.deepEqual(given, evaluateClassification({ ...rest, trainLabels }, { draws: 2 }));
});

Deno.test("evaluateClassification: one label is refused, labels without examples are noted and wrong", () => {
  const { trainLabels, ...rest } = task();
  assert.throws(
    () => evaluateClassification({ ...rest, trainLabels: trainLabels.map(() => "same") }),
    /all training texts have the label 'same'; give examples of two labels or more$/,
  );
  const strange = { ...task(), testLabels: task().testLabels.with(0, "unheard") };
  const { sizes, notes } = evaluateClassification(strange, { truncate: [2], draws: 1 });
  assert.equal(sizes[0].metrics.accuracy, 29 / 30);
  assert.deepEqual(notes, ["1 test texts have labels without training texts and count as wrong"]);
});

Deno.test("evaluateClassification names the vector that is not finite, and counts that do not fit", () => {
  const broken = task();
  broken.test.data[4 * 3] = NaN;
  assert.throws(
    () => evaluateClassification(broken),
    /the vector of test text 3 holds a number that is not finite/,
  );
  assert.throws(
    () => evaluateClassification({ ...task(), testLabels: ["x"] }),
    /1 test labels for 30 vectors; give one label a vector/,
  );
});
