/** The loss, or the gradient, was not a finite number. */
export class NotFiniteError extends Error {
  /**
   * An error that names step, quantity and cure.
   *
   * @param step number of the step, from 1
   * @param what the quantity and its value
   */
  constructor(step: number, what: string) {
    super(
      `Cannot continue at step ${step}: ${what}; lower training.learningRate or set training.maxGradNorm`,
    );
    this.name = "NotFiniteError";
  }
}
