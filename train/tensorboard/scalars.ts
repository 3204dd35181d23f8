import type { LogRecord } from "../trainer.ts";

/** What is logged of a training, beside what the trainer knows. */
export interface LoggedStep extends LogRecord {
  /** Seconds since the last record. */
  seconds: number;
  /** Pairs a second since the last record. */
  pairsPerSecond: number;
  /** Steps since the last record; the time of one step follows from it. */
  steps: number;
}

/**
 * Scalars of a training record, by TensorBoard's tags: `train/loss`, `train/learning_rate`, `train/gradient_norm`,
 * `speed/pairs_per_second`, `speed/step_milliseconds`, `speed/waited_seconds`.
 *
 * @param record what was logged
 */
export function trainingScalars(record: LoggedStep): Record<string, number | null> {
  return {
    "train/loss": record.loss,
    "train/learning_rate": record.learningRate,
    "train/gradient_norm": record.gradientNorm,
    "speed/pairs_per_second": record.pairsPerSecond,
    "speed/step_milliseconds": record.steps > 0 ? 1000 * record.seconds / record.steps : null,
    "speed/waited_seconds": record.waitedSeconds,
  };
}

/**
 * Scalars of an evaluation at one size: `NanoSciFact_cosine_ndcg@10/256`, so that the sizes of a score share a group.
 *
 * @param size how many columns counted
 * @param scores by collection and metric
 */
export function scoreScalars(
  size: number,
  scores: Readonly<Record<string, number | null>>,
): Record<string, number | null> {
  return Object.fromEntries(Object.entries(scores).map(([name, score]) => [`${name}/${size}`, score]));
}
