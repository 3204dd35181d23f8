/** An Int32Array that grows by doubling, for ids whose number is not known beforehand. */
export class GrowableIds {
  #ids: Int32Array;
  /** Number of ids stored. */
  length = 0;

  /** @param capacity ids to make room for at first */
  constructor(capacity: number) {
    this.#ids = new Int32Array(capacity);
  }

  /** Appends ids. */
  append(ids: Int32Array): void {
    const end = this.length + ids.length;
    if (end > this.#ids.length) {
      const grown = new Int32Array(Math.max(end, 2 * this.#ids.length));
      grown.set(this.#ids.subarray(0, this.length));
      this.#ids = grown;
    }
    this.#ids.set(ids, this.length);
    this.length = end;
  }

  /** A copy of the ids. */
  copy(): Int32Array {
    return this.#ids.slice(0, this.length);
  }
}
