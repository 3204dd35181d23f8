/** How the learning rate runs over training. */
export type ScheduleKind = "linear" | "constant";

/** Options of {@link learningRateAt}. */
export interface ScheduleSpec {
  /** What happens after the warm-up. */
  kind: ScheduleKind;
  /** Largest rate. */
  learningRate: number;
  /** Steps in which the rate rises linearly from 0. */
  warmupSteps: number;
  /** Steps of the whole training. */
  totalSteps: number;
}

/**
 * Learning rate of a step, counted from 0: linear warm-up, then linear to 0 or constant (the schedules of the Hugging
 * Face Trainer, whose first step has rate 0 when there is a warm-up).
 */
export function learningRateAt(spec: ScheduleSpec, step: number): number {
  const { learningRate, warmupSteps, totalSteps } = spec;
  if (step < warmupSteps) return learningRate * step / Math.max(1, warmupSteps);
  if (spec.kind === "constant") return learningRate;
  return learningRate * Math.max(0, (totalSteps - step) / Math.max(1, totalSteps - warmupSteps));
}

/** Warm-up steps of a ratio: `ceil(ratio * steps)`, as the Hugging Face Trainer rounds. */
export function warmupStepsOf(ratio: number, totalSteps: number): number {
  return Math.ceil(ratio * totalSteps);
}
