import { byScore } from "./average_precision_of.ts";

/** The threshold at which scores tell labels apart most often. */
export interface AccuracyThreshold {
  /** Share of the items on the right side, 0 to 1. */
  accuracy: number;
  /** Half way between the last score above and the first below. */
  threshold: number;
}

/** The threshold at which scores find the positive items best. */
export interface F1Threshold {
  /** Harmonic mean of precision and recall, 0 to 1. */
  f1: number;
  /** Share of the items above that are positive. */
  precision: number;
  /** Share of the positive items that are above. */
  recall: number;
  /** Half way between the last score above and the first below. */
  threshold: number;
}

/**
 * The best accuracy of all cuts through the items in the order of their scores, as Sentence Transformers'
 * BinaryClassificationEvaluator finds it: the first of equally good cuts, at least one item on either side.
 *
 * @param scores one finite number an item, larger is more likely positive
 * @param labels 1 is positive, 0 is not
 */
export function bestAccuracy(scores: ArrayLike<number>, labels: ArrayLike<number>): AccuracyThreshold {
  const order = byScore(scores);
  let right = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] === 0) right++;
  const best: AccuracyThreshold = { accuracy: 0, threshold: -1 };
  for (let i = 0; i + 1 < order.length; i++) {
    right += labels[order[i]] > 0 ? 1 : -1;
    const accuracy = right / order.length;
    if (accuracy > best.accuracy) {
      best.accuracy = accuracy;
      best.threshold = (scores[order[i]] + scores[order[i + 1]]) / 2;
    }
  }
  return best;
}

/**
 * The best F1 of all cuts through the items in the order of their scores, as Sentence Transformers'
 * BinaryClassificationEvaluator finds it: the first of equally good cuts, at least one item on either side.
 *
 * @param scores one finite number an item, larger is more likely positive
 * @param labels 1 is positive, 0 is not
 */
export function bestF1(scores: ArrayLike<number>, labels: ArrayLike<number>): F1Threshold {
  const order = byScore(scores);
  let positive = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] > 0) positive++;
  const best: F1Threshold = { f1: 0, precision: 0, recall: 0, threshold: 0 };
  let found = 0;
  for (let i = 0; i + 1 < order.length; i++) {
    if (labels[order[i]] > 0) found++;
    if (found === 0) continue;
    const precision = found / (i + 1);
    const recall = found / positive;
    const f1 = 2 * precision * recall / (precision + recall);
    if (f1 > best.f1) {
      Object.assign(best, { f1, precision, recall });
      best.threshold = (scores[order[i]] + scores[order[i + 1]]) / 2;
    }
  }
  return best;
}
