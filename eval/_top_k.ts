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
 * Order: the higher score first; of equal scores the document with the lower number. The result does not depend on
 * the order in which documents are offered.
 */
export class TopK {
  readonly #scores: Float64Array;
  readonly #documents: Int32Array;
  #size = 0;
  /** A document below this score cannot enter. */
  threshold = -Infinity;

  constructor(k: number) {
    this.#scores = new Float64Array(k);
    this.#documents = new Int32Array(k);
  }

  /** Offers a document. */
  push(score: number, document: number): void {
    const k = this.#scores.length;
    if (this.#size < k) {
      this.#rise(this.#size++, score, document);
      if (this.#size === k) this.threshold = this.#scores[0];
    } else if (k > 0 && this.#isWorse(0, score, document)) {
      this.#sink(score, document);
      this.threshold = this.#scores[0];
    }
  }

  /** The documents kept, best first. */
  ranking(): Ranking {
    const order = Uint32Array.from({ length: this.#size }, (_, i) => i).sort((a, b) =>
      this.#scores[b] - this.#scores[a] || this.#documents[a] - this.#documents[b]
    );
    return {
      documents: Int32Array.from(order, (at) => this.#documents[at]),
      scores: Float64Array.from(order, (at) => this.#scores[at]),
    };
  }

  /** Whether the entry at a place is worse than a document. */
  #isWorse(place: number, score: number, document: number): boolean {
    return this.#scores[place] < score ||
      (this.#scores[place] === score && this.#documents[place] > document);
  }

  #set(place: number, score: number, document: number): void {
    this.#scores[place] = score;
    this.#documents[place] = document;
  }

  /** Puts a new entry at a leaf and moves it up past all better parents. */
  #rise(leaf: number, score: number, document: number): void {
    let place = leaf;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#isWorse(parent, score, document)) break;
      this.#set(place, this.#scores[parent], this.#documents[parent]);
      place = parent;
    }
    this.#set(place, score, document);
  }

  /** Replaces the root by a new entry and moves it down past all worse children. */
  #sink(score: number, document: number): void {
    let place = 0;
    while (true) {
      let child = 2 * place + 1;
      if (child >= this.#size) break;
      const right = child + 1;
      if (right < this.#size && this.#isWorse(right, this.#scores[child], this.#documents[child])) {
        child = right;
      }
      if (!this.#isWorse(child, score, document)) break;
      this.#set(place, this.#scores[child], this.#documents[child]);
      place = child;
    }
    this.#set(place, score, document);
  }
}
