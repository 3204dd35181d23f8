/**
 * Matthews' correlation of scores above a threshold with labels:
 * `(TP TN - FP FN) / sqrt((TP + FP) (TP + FN) (TN + FP) (TN + FN))`.
 *
 * Source: Matthews, Comparison of the predicted and observed secondary structure of T4 phage lysozyme, 1975.
 *
 * @param scores one number an item
 * @param labels above 0 is positive
 * @param threshold scores from here on are taken as positive
 * @returns -1 to 1; 0, as scikit-learn has it, where a factor of the root is 0
 */
export function matthewsCorrelation(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  threshold: number,
): number {
  let tp = 0, tn = 0, fp = 0, fn = 0;
  for (let i = 0; i < scores.length; i++) {
    if (scores[i] >= threshold) labels[i] > 0 ? tp++ : fp++;
    else labels[i] > 0 ? fn++ : tn++;
  }
  const root = Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn));
  return root === 0 ? 0 : (tp * tn - fp * fn) / root;
}
