import type { Kernels, SharedFloats, SharedIntegers } from "../kernels/mod.ts";
import type { BatchPlan } from "./batch_plan.ts";
import type { FusedGradient } from "./optimizers/mod.ts";

/** The gradient of a step with respect to the rows of the table: row-sparse, added up over the step's batches. */
export class RowGradient {
  readonly #kernels: Kernels;
  readonly #dim: number;
  readonly #gradients: SharedFloats;
  readonly #squares: Float64Array<SharedArrayBuffer>;
  readonly #rows: SharedIntegers;
  readonly #slots: SharedIntegers;
  readonly #places: SharedIntegers;
  #used = 0;
  #batches = 0;

  /** An empty gradient of a table float32 [vocab, dim]. */
  constructor(kernels: Kernels, vocab: number, dim: number) {
    const { memory } = kernels;
    this.#kernels = kernels;
    this.#dim = dim;
    this.#gradients = memory.float32(vocab * dim);
    this.#squares = memory.float64(vocab);
    this.#rows = memory.int32(vocab);
    this.#places = memory.int32(vocab);
    this.#slots = memory.int32(vocab).fill(-1);
  }

  /**
   * Adds the gradient of a batch.
   *
   * @param pooled float32 [texts, dim]: the gradient of the texts' means; overwritten
   */
  add(plan: BatchPlan, pooled: SharedFloats): void {
    const known = this.#used;
    for (let i = 0; i < plan.uniqueCount; i++) {
      const row = plan.unique[i];
      if (this.#slots[row] < 0) {
        this.#slots[row] = this.#used;
        this.#rows[this.#used++] = row;
      }
      this.#places[i] = this.#slots[row];
    }
    this.#kernels.scaleRows(pooled, this.#dim, plan.inverseCounts);
    this.#kernels.poolSums({
      source: pooled,
      columns: this.#dim,
      ids: plan.users,
      offsets: plan.userOffsets,
      places: this.#places,
      known,
      out: this.#gradients,
      squares: this.#squares,
      bags: plan.uniqueCount,
    });
    this.#batches++;
  }

  /** Global norm of the mean over the batches. */
  norm(): number {
    let sum = 0;
    for (let i = 0; i < this.#used; i++) sum += this.#squares[i];
    return Math.sqrt(sum) / Math.max(1, this.#batches);
  }

  /** The gradient for an optimizer; `clipping` multiplies the mean over the batches. */
  scaled(clipping: number): FusedGradient {
    return {
      rows: this.#rows,
      used: this.#used,
      slots: this.#slots,
      gradients: this.#gradients,
      squares: this.#squares,
      factor: clipping / Math.max(1, this.#batches),
    };
  }

  /** Takes other rows in place of its own; their numbers are already where {@link scaled} has them. */
  replace(rows: Int32Array): void {
    this.#forgetRows();
    this.#rows.set(rows);
    this.#used = rows.length;
    for (let i = 0; i < rows.length; i++) this.#slots[rows[i]] = i;
  }

  /** Empties the gradient. */
  clear(): void {
    this.#forgetRows();
    this.#batches = 0;
  }

  #forgetRows(): void {
    for (let i = 0; i < this.#used; i++) this.#slots[this.#rows[i]] = -1;
    this.#used = 0;
  }
}
