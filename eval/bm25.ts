import { searchTerms } from "./_search_terms.ts";
import { type Ranking, TopK } from "./_top_k.ts";

/** Options of {@link Bm25}. */
export interface Bm25Options {
  /**
   * How soon more occurrences of a term stop to matter, 0 up.
   * @default 1.5, as bm25s has it
   */
  k1?: number;
  /**
   * How much long documents are held back, 0 to 1.
   * @default 0.75
   */
  b?: number;
}

/** Options of {@link Ranker.rank}. */
export interface RankOptions {
  /** How many documents to return at most for every query. */
  k: number;
  /** int32 [queries]: number of a document that a query must not find, or -1. */
  excluded?: Int32Array;
  /**
   * int32 [documents]: of equal scores the document with the smaller entry comes first; every number once.
   * @default the order of the documents
   */
  tieOrder?: Int32Array;
}

/** Anything that ranks documents for texts; scored by the same code as vectors. */
export interface Ranker {
  /**
   * Ranks documents for queries.
   *
   * @param queries any number of texts
   * @param options {@link RankOptions}
   * @returns one ranking a query, documents by number
   */
  rank(queries: readonly string[], options: RankOptions): Ranking[];
}

/** The documents that hold a term. */
interface Postings {
  documents: number[];
  counts: number[];
}

/**
 * BM25 in Lucene's variant, over English: lower case, Lucene's stop words, stemmed words of at least two characters.
 *
 * `score(q, d) = sum over the terms t of q of ln(1 + (N - df + 0.5) / (df + 0.5)) tf / (tf + k1 (1 - b + b |d| / avg))`;
 * a term that stands twice in the query counts twice. Documents that share no term with the query are not returned;
 * equal scores rank in the order of the documents.
 *
 * Source: Kamphuis et al., Which BM25 do you mean?, 2020; defaults of bm25s with method "lucene".
 */
export class Bm25 implements Ranker {
  readonly #postings = new Map<string, Postings>();
  readonly #lengths: Float64Array;
  readonly #k1: number;
  readonly #b: number;
  readonly #meanLength: number;

  /**
   * Indexes documents.
   *
   * @param documents texts; a document's number is its place
   * @param options {@link Bm25Options}
   */
  constructor(documents: readonly string[], options: Bm25Options = {}) {
    this.#k1 = options.k1 ?? 1.5;
    this.#b = options.b ?? 0.75;
    this.#lengths = new Float64Array(documents.length);
    documents.forEach((text, document) => this.#index(text, document));
    const total = this.#lengths.reduce((sum, length) => sum + length, 0);
    this.#meanLength = Math.max(total / Math.max(documents.length, 1), 1e-9);
  }

  /**
   * Ranks the documents for queries.
   *
   * @param queries any number of texts
   * @param options {@link RankOptions}
   * @returns one ranking a query, of documents that share a term with it
   */
  rank(queries: readonly string[], options: RankOptions): Ranking[] {
    const scores = new Float64Array(this.#lengths.length);
    return queries.map((query, number) => {
      this.score(query, scores);
      const best = new TopK(options.k, options);
      const excluded = options.excluded?.[number] ?? -1;
      for (let document = 0; document < scores.length; document++) {
        const score = scores[document];
        if (score > 0 && score >= best.threshold && document !== excluded) best.push(score, document);
      }
      return best.ranking();
    });
  }

  /**
   * Scores every document for a query.
   *
   * @param query a text
   * @param out float64 [documents]: receives the scores, 0 where no term is shared
   */
  score(query: string, out: Float64Array): void {
    out.fill(0);
    for (const term of searchTerms(query)) this.#addScores(term, out);
  }

  #index(text: string, document: number): void {
    const terms = searchTerms(text);
    this.#lengths[document] = terms.length;
    for (const term of terms) {
      let postings = this.#postings.get(term);
      if (postings === undefined) this.#postings.set(term, postings = { documents: [], counts: [] });
      const last = postings.documents.length - 1;
      if (last >= 0 && postings.documents[last] === document) postings.counts[last]++;
      else postings.documents.push(document), postings.counts.push(1);
    }
  }

  #addScores(term: string, out: Float64Array): void {
    const postings = this.#postings.get(term);
    if (postings === undefined) return;
    const { documents, counts } = postings;
    const rarity = Math.log(1 + (this.#lengths.length - documents.length + 0.5) / (documents.length + 0.5));
    for (let i = 0; i < documents.length; i++) {
      const length = this.#lengths[documents[i]] / this.#meanLength;
      const count = counts[i];
      out[documents[i]] += rarity * count / (count + this.#k1 * (1 - this.#b + this.#b * length));
    }
  }
}
