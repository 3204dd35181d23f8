import type { LateNumber } from "./late_number.ts";
import { NotFiniteError } from "./not_finite_error.ts";

/** Steps whose numbers may be on the device unread: so many may be under way before somebody looks at them. */
export const MOST_UNREAD = 8;

/** A step that the device has been told to carry out; its loss and norm are read when they are needed. */
export class LateStep {
  /** Steps done with it. */
  readonly step: number;
  /** Its learning rate. */
  readonly learningRate: number;
  /** Rows of its batches. */
  readonly pairs: number;
  readonly #losses: readonly LateNumber[];
  #norm?: LateNumber;

  /** A step whose gradients are under way. */
  constructor(
    { step, learningRate, pairs }: { step: number; learningRate: number; pairs: number },
    losses: readonly LateNumber[],
  ) {
    this.step = step;
    this.learningRate = learningRate;
    this.pairs = pairs;
    this.#losses = losses;
  }

  /** Takes the norm of the step's gradient. */
  set norm(norm: LateNumber) {
    this.#norm = norm;
  }

  /** The mean loss of the step's batches. @throws {NotFiniteError} */
  async readLoss(): Promise<number> {
    let loss = 0;
    for (const each of this.#losses) loss += await each.read() / this.#losses.length;
    if (!Number.isFinite(loss)) throw new NotFiniteError(this.step, `the loss is ${loss}`);
    return loss;
  }

  /** The norm of its gradient before clipping. @throws {NotFiniteError} */
  async readNorm(): Promise<number> {
    const norm = await this.#norm!.read();
    if (!Number.isFinite(norm)) throw new NotFiniteError(this.step, `the gradient's norm is ${norm}`);
    return norm;
  }
}
