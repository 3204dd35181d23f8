/** One ranked list: documents by number, best first. */
export interface Ranking {
  /** Numbers of the documents, best first; equal scores in the order of the documents. */
  documents: Int32Array;
  /** The documents' scores, never rising. */
  scores: Float64Array;
}

/**
 * The k best of a stream of scored documents, in a heap whose root is the worst one kept.
 *
 * Order: the higher score first; of equal scores the document with the lower number, or earlier in `tieOrder`. The result does not depend on
 * the order in which documents are offered.
 */
export class TopK {
  readonly #scores: Float64Array;
  readonly #documents: Int32Array;
  /** A second score that goes along. */
  readonly #seconds: Float64Array;
  readonly #tieOrder: Int32Array | undefined;
  #size = 0;
  /** A document below this score cannot enter. */
  threshold = -Infinity;

  /**
   * @param options `tieOrder`: of equal scores the document with the smaller entry is better, the smaller number
   * without it; `second`: whether documents have a second score
   */
  constructor(k: number, options: { tieOrder?: Int32Array; second?: boolean } = {}) {
    this.#tieOrder = options.tieOrder;
    this.#scores = new Float64Array(k);
    this.#documents = new Int32Array(k);
    this.#seconds = new Float64Array(options.second ? k : 0);
  }

  /** Whether a document would be kept. */
  admits(score: number, document: number): boolean {
    const k = this.#scores.length;
    return this.#size < k || (k > 0 && this.#isWorse(0, score, document));
  }

  /** Offers a document. */
  push(score: number, document: number, second = 0): void {
    if (!this.admits(score, document)) return;
    const k = this.#scores.length;
    if (this.#size < k) this.#rise(this.#size++, [score, document, second]);
    else this.#sink([score, document, second]);
    if (this.#size === k) this.threshold = this.#scores[0];
  }

  /** The documents kept, best first, at most `k`. */
  ranking(k: number = this.#size): Ranking {
    return this.#ordered(this.#scores, k);
  }

  /** The documents kept by their second scores, best first, at most `k`. */
  secondRanking(k: number): Ranking {
    return this.#ordered(this.#seconds, k);
  }

  #ordered(scores: Float64Array, k: number): Ranking {
    const order = Uint32Array.from({ length: this.#size }, (_, i) => i).sort((a, b) =>
      scores[b] - scores[a] || this.#tiePlace(this.#documents[a]) - this.#tiePlace(this.#documents[b])
    ).subarray(0, k);
    return {
      documents: Int32Array.from(order, (at) => this.#documents[at]),
      scores: Float64Array.from(order, (at) => scores[at]),
    };
  }

  /** Whether the entry at a place is worse than a document. */
  #isWorse(place: number, score: number, document: number): boolean {
    return this.#scores[place] < score ||
      (this.#scores[place] === score && this.#tiePlace(this.#documents[place]) > this.#tiePlace(document));
  }

  #tiePlace(document: number): number {
    return this.#tieOrder ? this.#tieOrder[document] : document;
  }

  #set(place: number, [score, document, second]: readonly [number, number, number]): void {
    this.#scores[place] = score;
    this.#documents[place] = document;
    this.#seconds[place] = second;
  }

  #move(to: number, from: number): void {
    this.#scores[to] = this.#scores[from];
    this.#documents[to] = this.#documents[from];
    this.#seconds[to] = this.#seconds[from];
  }

  /** Puts a new entry at a leaf and moves it up past all better parents. */
  #rise(leaf: number, entry: readonly [number, number, number]): void {
    let place = leaf;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#isWorse(parent, entry[0], entry[1])) break;
      this.#move(place, parent);
      place = parent;
    }
    this.#set(place, entry);
  }

  /** Replaces the root by a new entry and moves it down past all worse children. */
  #sink(entry: readonly [number, number, number]): void {
    let place = 0;
    while (true) {
      let child = 2 * place + 1;
      if (child >= this.#size) break;
      const right = child + 1;
      if (right < this.#size && this.#isWorse(right, this.#scores[child], this.#documents[child])) {
        child = right;
      }
      if (!this.#isWorse(child, entry[0], entry[1])) break;
      this.#move(place, child);
      place = child;
    }
    this.#set(place, entry);
  }
}
