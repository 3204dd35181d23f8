/** An Int32Array that grows by doubling, for ids whose number is not known beforehand. */
export class GrowableIds {
  #ids: Int32Array;
  /** Number of ids stored. */
  length = 0;

  /** @param capacity ids to make room for at first */
  constructor(capacity = 1024) {
    this.#ids = new Int32Array(capacity);
  }

  /** Appends one id. */
  push(id: number): void {
    if (this.length === this.#ids.length) this.#reserve(this.length + 1);
    this.#ids[this.length++] = id;
  }

  /** Appends `ids[start .. end)`. */
  append(ids: Int32Array, start = 0, end: number = ids.length): void {
    const count = end - start;
    if (this.length + count > this.#ids.length) this.#reserve(this.length + count);
    for (let i = 0; i < count; i++) this.#ids[this.length + i] = ids[start + i];
    this.length += count;
  }

  /** The memory itself; entries from `length` on are stale. Valid until the next append. */
  get view(): Int32Array {
    return this.#ids;
  }

  /** A copy of the ids from `start` on. */
  copy(start = 0): Int32Array {
    return this.#ids.slice(start, this.length);
  }

  #reserve(capacity: number): void {
    const grown = new Int32Array(Math.max(capacity, 2 * this.#ids.length));
    grown.set(this.#ids.subarray(0, this.length));
    this.#ids = grown;
  }
}
