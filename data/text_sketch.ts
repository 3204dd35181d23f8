/** Texts that two data sets have in common. */
export interface SharedTexts {
  /** Distinct texts that occur in both. */
  texts: number;
  /** Whether that was counted; otherwise it is estimated from a sample of the texts. */
  isExact: boolean;
}

/** Hashes that a sketch keeps at most, unless said otherwise: some 10 MB. */
const CAPACITY = 2 ** 18;

/**
 * The distinct texts of a data set, by their 64-bit hashes: all of them while they are few, else those whose hash lies
 * below a bound that is halved whenever there are too many. Since a text's hash is the same everywhere, what two sketches
 * have in common below the lower bound is a random sample of what the data sets have in common.
 *
 * Source: "bottom-k" sketches, Cohen and Kaplan 2007, with a bound in the place of k.
 */
export class TextSketch {
  /** 53 bits of every hash kept; the high half decides about the bound. */
  readonly #hashes = new Set<number>();
  #bound = 2 ** 32;

  /**
   * An empty sketch.
   *
   * @param capacity hashes kept at most, from 1
   */
  constructor(private readonly capacity: number = CAPACITY) {}

  /** Adds the hash of a text, in two halves. */
  add(low: number, high: number): void {
    if (high >= this.#bound) return;
    this.#hashes.add(high * 2 ** 21 + (low >>> 11));
    while (this.#hashes.size > this.capacity) this.#lowerBound();
  }

  /** Distinct texts added; estimated once a bound is there. */
  get texts(): number {
    return Math.round(this.#hashes.size * 2 ** 32 / this.#bound);
  }

  /** Distinct texts that were added to both. */
  sharedWith(other: TextSketch): SharedTexts {
    const bound = Math.min(this.#bound, other.#bound);
    let both = 0;
    for (const hash of this.#hashes) {
      if (hash < bound * 2 ** 21 && other.#hashes.has(hash)) both++;
    }
    return { texts: Math.round(both * 2 ** 32 / bound), isExact: bound === 2 ** 32 };
  }

  #lowerBound(): void {
    this.#bound /= 2;
    for (const hash of this.#hashes) if (hash >= this.#bound * 2 ** 21) this.#hashes.delete(hash);
  }
}
