/** Value of a hash that is not in the map. */
const NONE = -1;

/** A map from 64-bit hashes to whole numbers from 0 on: open addressing with linear probing. */
export class HashMap64 {
  #low = new Uint32Array(16);
  #high = new Uint32Array(16);
  #values = new Int32Array(16).fill(NONE);
  #size = 0;

  /** The value of a hash; -1 if there is none. */
  get(low: number, high: number): number {
    return this.#values[this.#slotOf(low, high)];
  }

  /** Gives a hash its value, a whole number from 0 to 2^31 - 1. */
  set(low: number, high: number, value: number): void {
    const slot = this.#slotOf(low, high);
    const isNew = this.#values[slot] === NONE;
    this.#low[slot] = low;
    this.#high[slot] = high;
    this.#values[slot] = value;
    // At most half of the slots are taken: probing stays short.
    if (isNew && 2 * ++this.#size > this.#values.length) this.#grow();
  }

  /** Takes a hash out, if it is there. */
  delete(low: number, high: number): void {
    const mask = this.#values.length - 1;
    let hole = this.#slotOf(low, high);
    if (this.#values[hole] === NONE) return;
    this.#size--;
    // Every entry behind the hole that a search would no longer reach moves up (Knuth, volume 3, 6.4, algorithm R).
    for (let slot = hole + 1 & mask; this.#values[slot] !== NONE; slot = slot + 1 & mask) {
      const home = this.#low[slot] & mask;
      if ((slot - home & mask) < (slot - hole & mask)) continue;
      this.#low[hole] = this.#low[slot];
      this.#high[hole] = this.#high[slot];
      this.#values[hole] = this.#values[slot];
      hole = slot;
    }
    this.#values[hole] = NONE;
  }

  /** Where the hash is, or would be put. */
  #slotOf(low: number, high: number): number {
    const mask = this.#values.length - 1;
    let slot = low & mask;
    while (this.#values[slot] !== NONE && (this.#low[slot] !== low || this.#high[slot] !== high)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  #grow(): void {
    const [low, high, values] = [this.#low, this.#high, this.#values];
    this.#low = new Uint32Array(2 * values.length);
    this.#high = new Uint32Array(2 * values.length);
    this.#values = new Int32Array(2 * values.length).fill(NONE);
    this.#size = 0;
    values.forEach((value, slot) => {
      if (value !== NONE) this.set(low[slot], high[slot], value);
    });
  }
}
