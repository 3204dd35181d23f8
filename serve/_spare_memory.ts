/** Memory that is kept for later, bytes: what some dozen answers take. */
const MOST_KEPT = 1 << 25;

/** Free memory may be so many times as large as what is asked for. */
const MOST_WASTE = 4;

/**
 * Memory of vectors and answers, used again. New memory for every request costs as much as what is written into it,
 * since the system clears it page by page, and makes the garbage collector hold up all requests at once.
 */
export class SpareMemory {
  /** Free memory, that of last use at the end. */
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  #freeBytes = 0;

  /** Memory of at least so many bytes, with anything in it. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    const at = this.#free.findLastIndex(({ length }) => length >= bytes && length <= MOST_WASTE * bytes);
    if (at === -1) return new Uint8Array(bytes);
    const [memory] = this.#free.splice(at, 1);
    this.#freeBytes -= memory.length;
    return memory;
  }

  /** Takes memory back that nobody uses any more; what was not used for the longest time is let go. */
  giveBack(memory: Uint8Array<ArrayBuffer>): void {
    this.#free.push(memory);
    this.#freeBytes += memory.length;
    while (this.#freeBytes > MOST_KEPT) this.#freeBytes -= this.#free.shift()!.length;
  }

  /** Bytes that are kept. */
  get freeBytes(): number {
    return this.#freeBytes;
  }
}

/** What the requests of this process share. */
export const spareMemory: SpareMemory = new SpareMemory();
