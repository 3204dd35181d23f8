import { averagePrecisionOf } from "./average_precision_of.ts";

/** Scores of predicted classes, by MTEB's names. */
export interface ClassificationScores {
  /** Share of right predictions. */
  accuracy: number;
  /** Mean F1 of the classes. */
  f1: number;
  /** Mean F1 of the classes, weighted by how often they are true. */
  f1_weighted: number;
  /** Mean precision of the classes. */
  precision: number;
  /** The same, weighted by how often they are true. */
  precision_weighted: number;
  /** Mean recall of the classes. */
  recall: number;
  /** The same, weighted by how often they are true. */
  recall_weighted: number;
  /** Average precision of the predicted labels, with two true classes; else there is none. */
  ap?: number;
  /** The same number, by MTEB's other name. */
  ap_weighted?: number;
}

/**
 * Scores predictions as scikit-learn does: classes are those that are true or predicted anywhere; a class that is never
 * predicted has the precision 0, one that is never true the recall 0.
 *
 * @param truth true class of every item, numbered from 0
 * @param predicted predicted class of every item
 * @returns each 0 to 1
 */
export function classificationScores(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
): ClassificationScores {
  const classes = new Map<number, { hits: number; truths: number; guesses: number }>();
  const count = (name: number): { hits: number; truths: number; guesses: number } => {
    const found = classes.get(name) ?? { hits: 0, truths: 0, guesses: 0 };
    classes.set(name, found);
    return found;
  };
  for (let i = 0; i < truth.length; i++) {
    count(truth[i]).truths++;
    count(predicted[i]).guesses++;
    if (truth[i] === predicted[i]) count(truth[i]).hits++;
  }
  const all = [...classes.values()];
  const mean = (value: (one: (typeof all)[number]) => number, weighted: boolean): number =>
    all.reduce((sum, one) => sum + value(one) * (weighted ? one.truths / truth.length : 1 / all.length), 0);
  const precision = (one: (typeof all)[number]): number => one.hits / Math.max(one.guesses, 1);
  const recall = (one: (typeof all)[number]): number => one.hits / Math.max(one.truths, 1);
  const f1 = (one: (typeof all)[number]): number => 2 * one.hits / (one.guesses + one.truths);
  return {
    accuracy: all.reduce((sum, { hits }) => sum + hits, 0) / truth.length,
    f1: mean(f1, false),
    f1_weighted: mean(f1, true),
    precision: mean(precision, false),
    precision_weighted: mean(precision, true),
    recall: mean(recall, false),
    recall_weighted: mean(recall, true),
    ...binaryPrecision(truth, predicted),
  };
}

/** The larger of two true classes is the positive one. */
function binaryPrecision(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
): Pick<ClassificationScores, "ap" | "ap_weighted"> {
  const classes = new Set(Array.from(truth));
  if (classes.size !== 2) return {};
  const positive = Math.max(...classes);
  const ap = averagePrecisionOf(predicted, Array.from(truth, (name) => Number(name === positive))) ?? 0;
  return { ap, ap_weighted: ap };
}
