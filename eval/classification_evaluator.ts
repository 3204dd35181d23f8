import type { Matrix } from "../model/mod.ts";
import { prefixNorms } from "./_prefix_sums.ts";
import { checkedSizes } from "./_sizes.ts";
import { classificationDraws, type DrawOptions } from "./classification_draws.ts";
import type { EvaluatedSize, Evaluation, EvaluatorOptions } from "./evaluation.ts";
import { fitLogisticRegression, predictClasses } from "./logistic_regression.ts";
import type { MeanItems } from "./item_scores.ts";
import { classificationScores } from "./metrics/mod.ts";
import type { Metrics } from "./score_rankings.ts";

/** Vectors with labels, to learn from and to be tested on. */
export interface ClassificationVectors {
  /** float32 [training texts, dim]; rows that no draw takes are never read. */
  train: Matrix;
  /** Label of every training text. */
  trainLabels: readonly string[];
  /**
   * For every draw the numbers of the training texts it takes.
   * @default those of {@link classificationDraws}
   */
  draws?: readonly (readonly number[])[];
  /** float32 [test texts, dim]. */
  test: Matrix;
  /** Label of every test text. */
  testLabels: readonly string[];
}

/** Options of {@link evaluateClassification}. */
export interface ClassificationOptions extends EvaluatorOptions, DrawOptions {
  /**
   * Most steps in fitting one classifier.
   * @default 100
   */
  maxIterations?: number;
}

/**
 * How well a logistic regression on frozen vectors tells labels apart, as MTEB measures it: a few examples of each
 * label are drawn, a classifier is fitted and tested, all that several times; scores are means over the draws. Every
 * size has its own classifiers.
 *
 * @param vectors {@link ClassificationVectors}
 * @param options {@link ClassificationOptions}
 * @returns `accuracy`, `f1`, `f1_weighted`, `precision`, `recall`, ..., with two labels also `ap`; the items are the test
 * texts, and only the accuracy is made of them
 * @throws RangeError when a vector is not finite (its row is named), a size is larger than the vectors, or all
 * training texts have one label; TypeError when labels and vectors differ in number
 */
export function evaluateClassification(
  vectors: ClassificationVectors,
  options: ClassificationOptions = {},
): Evaluation {
  const { train, trainLabels, test, testLabels } = vectors;
  checkCount("training", trainLabels.length, train.rows);
  checkCount("test", testLabels.length, test.rows);
  const names = labelNames(trainLabels);
  const sizes = checkedSizes(options.truncate, test.columns);
  const draws = vectors.draws ?? classificationDraws(trainLabels, options);
  prefixNorms({ matrix: test, start: 0, end: test.rows }, sizes, "test text");
  for (const row of new Set(draws.flat())) {
    prefixNorms({ matrix: train, start: row, end: row + 1 }, sizes, "training text");
  }
  // Labels that only the test has are never right: they get numbers that no classifier gives.
  const unknown = labelNames([...trainLabels, ...testLabels], 1);
  const numbers = new Map(
    [...names, ...unknown.filter((name) => !names.includes(name))].map((n, i) => [n, i]),
  );
  const truth = Int32Array.from(testLabels, (label) => numbers.get(label)!);
  const scored = sizes.map((size): EvaluatedSize => {
    const tested = cut(test, size);
    const right = new Float64Array(truth.length);
    const scores = draws.map((rows): Record<string, number> => {
      const classes = Int32Array.from(rows, (row) => numbers.get(trainLabels[row])!);
      const model = fitLogisticRegression(cut(train, size, rows), classes, options);
      const predicted = predictClasses(model, tested, options.arithmetic);
      truth.forEach((label, text) => right[text] += Number(predicted[text] === label) / draws.length);
      return { ...classificationScores(truth, predicted) };
    });
    const items: MeanItems<Float64Array> = { kind: "mean", values: { accuracy: right } };
    return { size, ...drawnScores(scores), items };
  });
  return { sizes: scored, notes: notesOf(names, testLabels) };
}

/** Every score of every draw, and their means. */
function drawnScores(
  scores: readonly Record<string, number>[],
): { metrics: Metrics; draws: Record<string, number[]> } {
  const draws: Record<string, number[]> = {};
  const metrics: Metrics = {};
  for (const name of Object.keys(scores[0])) {
    draws[name] = scores.map((one) => one[name]);
    metrics[name] = draws[name].reduce((sum, value) => sum + value, 0) / scores.length;
  }
  return { metrics, draws };
}

/** The first columns of some rows; all rows without a wish. */
function cut({ data, rows: count, columns }: Matrix, size: number, rows?: readonly number[]): Matrix {
  const wanted = rows ?? Array.from({ length: count }, (_, row) => row);
  const out = new Float32Array(wanted.length * size);
  wanted.forEach((row, i) => out.set(data.subarray(row * columns, row * columns + size), i * size));
  return { data: out, rows: wanted.length, columns: size };
}

/** Different labels in their order; whole numbers by size, as scikit-learn sorts them. */
function labelNames(labels: readonly string[], least = 2): string[] {
  const names = [...new Set(labels)];
  const numeric = names.every((name) => /^-?\d+$/.test(name));
  names.sort((a, b) => numeric ? Number(a) - Number(b) : a < b ? -1 : 1);
  if (names.length >= least) return names;
  const found = names.length === 0
    ? "there are no training texts"
    : `all training texts have the label '${names[0]}'`;
  throw new RangeError(`Cannot score classification: ${found}; give examples of two labels or more`);
}

function notesOf(names: readonly string[], testLabels: readonly string[]): string[] {
  const strangers = testLabels.filter((label) => !names.includes(label)).length;
  return strangers === 0
    ? []
    : [`${strangers} test texts have labels without training texts and count as wrong`];
}

function checkCount(what: string, labels: number, vectors: number): void {
  if (labels !== vectors || vectors === 0) {
    throw new TypeError(
      `Cannot score classification: ${labels} ${what} labels for ${vectors} vectors; give one label a vector, ` +
        "and one vector or more",
    );
  }
}
