/**
 * The best documents of several anchors, in one heap for each whose root is the worst one kept. Documents are offered by
 * ascending number, and one that is only as good as the worst does not enter: of equal scores the lower number stays.
 */
export class BestDocuments {
  /** float64 [anchors]: a lower score does not enter. */
  readonly floors: Float64Array;
  /** Documents kept for each anchor. */
  readonly kept: number;
  readonly #scores: Float64Array;
  readonly #documents: Int32Array;
  readonly #sizes: Int32Array;

  /**
   * Heaps without documents.
   *
   * @param anchors how many heaps
   * @param kept documents kept for each, 1 or more
   */
  constructor(anchors: number, kept: number) {
    this.kept = kept;
    this.floors = new Float64Array(anchors).fill(-Infinity);
    this.#scores = new Float64Array(anchors * kept);
    this.#documents = new Int32Array(anchors * kept);
    this.#sizes = new Int32Array(anchors);
  }

  /** Whether documents were turned away, or could have been. */
  isFull(anchor: number): boolean {
    return this.#sizes[anchor] === this.kept;
  }

  /** Offers a document. */
  push(anchor: number, score: number, document: number): void {
    const root = anchor * this.kept;
    if (!this.isFull(anchor)) this.#rise(anchor, score, document);
    else if (score > this.#scores[root]) this.#sink(anchor, score, document);
    if (this.isFull(anchor)) this.floors[anchor] = this.#scores[root];
  }

  /** The documents kept for an anchor, in no order; nothing may be pushed once they have been moved. */
  documents(anchor: number): Int32Array {
    const start = anchor * this.kept;
    return this.#documents.subarray(start, start + this.#sizes[anchor]);
  }

  /** Their scores. */
  scores(anchor: number): Float64Array {
    const start = anchor * this.kept;
    return this.#scores.subarray(start, start + this.#sizes[anchor]);
  }

  /** Puts a document at a leaf and moves it up past all better parents. */
  #rise(anchor: number, score: number, document: number): void {
    const start = anchor * this.kept;
    let place = this.#sizes[anchor]++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBetter(start + parent, score, document)) break;
      this.#scores[start + place] = this.#scores[start + parent];
      this.#documents[start + place] = this.#documents[start + parent];
      place = parent;
    }
    this.#scores[start + place] = score;
    this.#documents[start + place] = document;
  }

  /** Replaces the root and moves the new document down past all worse children. */
  #sink(anchor: number, score: number, document: number): void {
    const start = anchor * this.kept;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.kept) break;
      const right = start + child + 1;
      if (
        child + 1 < this.kept && !this.#isBetter(right, this.#scores[right - 1], this.#documents[right - 1])
      ) {
        child++;
      }
      if (this.#isBetter(start + child, score, document)) break;
      this.#scores[start + place] = this.#scores[start + child];
      this.#documents[start + place] = this.#documents[start + child];
      place = child;
    }
    this.#scores[start + place] = score;
    this.#documents[start + place] = document;
  }

  /** Whether the document at a place is better than another. */
  #isBetter(place: number, score: number, document: number): boolean {
    return this.#scores[place] > score ||
      (this.#scores[place] === score && this.#documents[place] < document);
  }
}
