import { admittedRows, type Curriculum } from "./curriculum.ts";
import type { Random } from "./random.ts";

/** Options of {@linkcode Pace}. */
export interface PaceOptions {
  /** The curriculum. */
  curriculum: Curriculum;
  /** Rows of the data set. */
  rowCount: number;
  /** Rows a batch. */
  batchSize: number;
  /** Batches that the data set gives in an epoch. */
  epochBatches: number;
}

/** Which rows of a data set are drawn at which batch, told by their ranks: 0 is the easiest row, and no two have one rank. */
export class Pace {
  readonly #options: PaceOptions;
  /** Rows admitted, counted from the end at which the curriculum begins. */
  #limit = 0;
  /** One bit a row, by rank: whether it was drawn in this pass. */
  readonly #used: Uint32Array;
  #usedRows = 0;

  /** Before the first batch. */
  constructor(options: PaceOptions) {
    this.#options = options;
    this.#used = new Uint32Array(Math.ceil(options.rowCount / 32));
    this.goTo(0);
  }

  /** Whether all rows are admitted. */
  get isOpen(): boolean {
    return this.#limit === this.#options.rowCount;
  }

  /** Different rows that were used in this pass. */
  get usedRows(): number {
    return this.#usedRows;
  }

  /** Goes on to a batch, counted over all passes, from 0. */
  goTo(batch: number): void {
    const { curriculum: { pacing, epochs }, epochBatches } = this.#options;
    this.#limit = admittedRows(pacing, this.#options, batch / (epochBatches * epochs));
  }

  /** Begins a pass: no row of it was used. */
  beginPass(): void {
    this.#used.fill(0);
    this.#usedRows = 0;
  }

  /**
   * Whether a row whose turn it is may be drawn.
   *
   * @param random chooses where rows are weighted
   */
  admits(rank: number, random: Random): boolean {
    const { curriculum: { order, weightPower }, rowCount } = this.#options;
    const place = order === "easyFirst" ? rank : rowCount - 1 - rank;
    if (place < this.#limit) return true;
    return weightPower !== null && random.nextFloat() < (this.#limit / (place + 1)) ** weightPower;
  }

  /** Notes that a row was used. */
  use(rank: number): void {
    const bit = 1 << (rank & 31);
    if ((this.#used[rank >>> 5] & bit) !== 0) return;
    this.#used[rank >>> 5] |= bit;
    this.#usedRows++;
  }
}
