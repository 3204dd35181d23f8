/** How the learning rate runs after the warm-up. */
export type ScheduleKind = "linear" | "constant" | "cosine" | "warmupStableDecay";

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
  /** Steps at the end in which `warmupStableDecay` falls linearly to 0. @default a tenth of all steps */
  decaySteps?: number;
}

/**
 * Learning rate of a step, counted from 0, as the Hugging Face Trainer's schedules: linear warm-up (the first step has
 * rate 0 when there is one), then a line to 0, half a cosine to 0, constant, or constant with a line to 0 at the end.
 */
export function learningRateAt(spec: ScheduleSpec, step: number): number {
  const { learningRate, warmupSteps, totalSteps } = spec;
  if (step < warmupSteps) return learningRate * step / Math.max(1, warmupSteps);
  const left = Math.max(0, totalSteps - step);
  const run = Math.max(1, totalSteps - warmupSteps);
  switch (spec.kind) {
    case "constant":
      return learningRate;
    case "linear":
      return learningRate * left / run;
    case "cosine":
      return learningRate * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, (step - warmupSteps) / run)));
    case "warmupStableDecay":
      return learningRate * Math.min(1, left / Math.max(1, spec.decaySteps ?? Math.ceil(totalSteps / 10)));
  }
}

/** Warm-up steps of a ratio: `ceil(ratio * steps)`, as the Hugging Face Trainer rounds. */
export function warmupStepsOf(ratio: number, totalSteps: number): number {
  return Math.ceil(ratio * totalSteps);
}
