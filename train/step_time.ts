/** When a step happens. */
export interface StepTime {
  /** Number of the step, from 1. */
  step: number;
  /** Learning rate of the step. */
  learningRate: number;
}
