/**
 * A set of 64-bit hashes, open addressing with linear probing. It is emptied in constant time: a slot counts only if its
 * stamp is the present generation.
 */
export class HashSet64 {
  #low: Uint32Array;
  #high: Uint32Array;
  #stamps: Uint32Array;
  #generation = 1;
  #size = 0;

  /** @param capacity hashes that fit before the set grows */
  constructor(capacity: number) {
    const slots = 2 ** Math.max(4, Math.ceil(Math.log2(2 * capacity)));
    this.#low = new Uint32Array(slots);
    this.#high = new Uint32Array(slots);
    this.#stamps = new Uint32Array(slots);
  }

  /** Whether a hash is in the set. */
  has(low: number, high: number): boolean {
    return this.#stamps[this.#slotOf(low, high)] === this.#generation;
  }

  /** Adds a hash; returns whether it was new. */
  add(low: number, high: number): boolean {
    const slot = this.#slotOf(low, high);
    if (this.#stamps[slot] === this.#generation) return false;
    this.#low[slot] = low;
    this.#high[slot] = high;
    this.#stamps[slot] = this.#generation;
    // At most half of the slots are taken: probing stays short.
    if (2 * ++this.#size > this.#stamps.length) this.#grow();
    return true;
  }

  /** Empties the set. */
  clear(): void {
    this.#size = 0;
    this.#generation = this.#generation + 1 >>> 0;
    if (this.#generation === 0) {
      this.#stamps.fill(0);
      this.#generation = 1;
    }
  }

  /** Where the hash is, or would be put. */
  #slotOf(low: number, high: number): number {
    const mask = this.#stamps.length - 1;
    let slot = low & mask;
    while (
      this.#stamps[slot] === this.#generation && (this.#low[slot] !== low || this.#high[slot] !== high)
    ) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  #grow(): void {
    const larger = new HashSet64(this.#stamps.length);
    for (let slot = 0; slot < this.#stamps.length; slot++) {
      if (this.#stamps[slot] === this.#generation) larger.add(this.#low[slot], this.#high[slot]);
    }
    this.#low = larger.#low;
    this.#high = larger.#high;
    this.#stamps = larger.#stamps;
    this.#generation = larger.#generation;
  }
}
