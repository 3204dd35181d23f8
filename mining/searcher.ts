/** A text that negatives are looked for. */
export interface Anchor {
  /** The text. */
  text: string;
  /** Numbers of the documents that are its positives. */
  positives: readonly number[];
  /** Numbers of the documents that it must not find: the positives, and a document of its own text. */
  excluded: readonly number[];
}

/** What a search finds for one anchor. */
export interface Found {
  /** Numbers of the best documents that are not excluded, best first; of equal scores the lower number first. */
  documents: Int32Array;
  /** Their scores, never rising. */
  scores: Float64Array;
  /** Scores of the anchor's positives, in their order. */
  positives: Float64Array;
}

/** Finds the documents that are most alike to an anchor. */
export interface Searcher {
  /** Largest amount that a score can have; Infinity if nothing limits it. */
  readonly largestScore: number;
  /** Anchors that are best searched for at once. */
  readonly anchorsAtOnce: number;
  /** Takes further documents, numbered on from those before. */
  add(texts: readonly string[]): Promise<void>;
  /**
   * Finds documents.
   *
   * @param anchors any number, all held in memory
   * @param count most documents for each, 1 or more
   * @returns one entry an anchor
   */
  search(anchors: readonly Anchor[], count: number): Promise<Found[]>;
}

/** Scores documents that something else has found. */
export interface Scorer {
  /** Largest amount that a score can have; Infinity if nothing limits it. */
  readonly largestScore: number;
  /** Takes further documents, numbered on from those before. */
  add(texts: readonly string[]): Promise<void>;
  /**
   * Scores documents.
   *
   * @param anchors texts
   * @param documents for every text, numbers of documents
   * @returns for every text, the documents' scores in the order of their numbers
   */
  score(anchors: readonly string[], documents: readonly ArrayLike<number>[]): Promise<Float64Array[]>;
}
