import { type HeldOutChoice, placeOf } from "./held_out_choice.ts";

/** A row among the first ones. */
export interface ChosenRow<T> {
  /** Its place in the order. */
  place: number;
  /** Low half of its hash. */
  low: number;
  /** High half of its hash. */
  high: number;
  /** What else is kept of it. */
  value: T;
}

/** Finds the first rows of the order, each once, among any number of rows. Of copies the first one counts. */
export class FirstRows<T> {
  #rows: ChosenRow<T>[] = [];
  #limit = Infinity;

  /** @param choice how many, and by which key */
  constructor(private readonly choice: HeldOutChoice) {}

  /**
   * Offers rows.
   *
   * @param hashes the hash of row i is entries 2i and 2i + 1
   * @param valueOf gives what is kept of row i
   */
  offer(hashes: Uint32Array, valueOf: (row: number) => T): void {
    for (let row = 0; 2 * row < hashes.length; row++) {
      const low = hashes[2 * row];
      const high = hashes[2 * row + 1];
      const place = placeOf(low, high, this.choice.key);
      if (place < this.#limit) this.#keep({ place, low, high, value: valueOf(row) });
    }
  }

  /** The rows, in their order; fewer than wanted if there are no more. */
  finish(): ChosenRow<T>[] {
    this.#settle();
    return this.#rows;
  }

  #keep(row: ChosenRow<T>): void {
    this.#rows.push(row);
    // Sorting once for as many rows as are kept costs a few comparisons a row.
    if (this.#rows.length >= 2 * this.choice.count + 64) this.#settle();
  }

  #settle(): void {
    const { count } = this.choice;
    this.#rows.sort((a, b) => a.place - b.place || a.high - b.high || a.low - b.low);
    this.#rows = this.#rows.filter(({ low, high }, i, rows) =>
      i === 0 || low !== rows[i - 1].low || high !== rows[i - 1].high
    );
    this.#rows.length = Math.min(count, this.#rows.length);
    if (this.#rows.length === count) this.#limit = count === 0 ? 0 : this.#rows[count - 1].place;
  }
}
