import { HashSet64 } from "./_hash_set.ts";

/** A batch that is being filled with rows that share no text. */
export class OpenBatch {
  /** Rows taken so far. */
  size = 0;
  readonly #rows: Uint32Array;
  readonly #texts: HashSet64;
  #hashes: readonly Uint32Array[] = [];

  /** @param batchSize rows of a full batch */
  constructor(batchSize: number) {
    this.#rows = new Uint32Array(batchSize);
    this.#texts = new HashSet64(2 * batchSize);
  }

  /** Whether there is room for another row. */
  get isFull(): boolean {
    return this.size === this.#rows.length;
  }

  /** A copy of the rows taken so far. */
  get rows(): Uint32Array {
    return this.#rows.slice(0, this.size);
  }

  /** Empties the batch. */
  clear(): void {
    this.size = 0;
    this.#texts.clear();
  }

  /** Goes on with rows of another window, in which those taken so far are the first ones. */
  moveTo(hashes: readonly Uint32Array[]): void {
    this.#hashes = hashes;
    for (let i = 0; i < this.size; i++) this.#rows[i] = i;
  }

  /** Takes a row unless one of its texts is in the batch; gives the column of that text, or -1. */
  take(row: number): number {
    const hashes = this.#hashes;
    for (let c = 0; c < hashes.length; c++) {
      if (this.#texts.has(hashes[c][2 * row], hashes[c][2 * row + 1])) return c;
    }
    for (const column of hashes) this.#texts.add(column[2 * row], column[2 * row + 1]);
    this.#rows[this.size++] = row;
    return -1;
  }

  /** Whether a text is in the batch. */
  has(low: number, high: number): boolean {
    return this.#texts.has(low, high);
  }

  /** Hash of a text of a row: low and high half. */
  hashOf(row: number, column: number): [number, number] {
    const hashes = this.#hashes[column];
    return [hashes[2 * row], hashes[2 * row + 1]];
  }
}
