import type { Matrix } from "../model/mod.ts";
import { prefixDotProducts, prefixNorms } from "./_prefix_sums.ts";
import { type Ranking, TopK } from "./_top_k.ts";

/** How {@link VectorRanker} ranks. */
export interface VectorRankerOptions {
  /** Column counts to rank at: ascending, each once, at most the vectors' own. */
  sizes: readonly number[];
  /** How many documents to keep for every query and size. */
  k: number;
  /**
   * What is compared.
   * @default "cosine"
   */
  similarity?: "cosine" | "dot";
  /** int32 [queries]: number of a document that a query must not find, or -1. */
  excluded?: Int32Array;
}

/** Documents and queries of one block: 64 rows of 1,024 float32 are 256 kB, which second-level caches hold. */
const BLOCK = 64;

/** Shortest length that is divided by: the cosine with a zero vector is 0. */
const SMALLEST_NORM = 1e-12;

/**
 * Exact search at several truncations in one pass: documents come in chunks, every chunk is compared with all queries
 * once, and the scores of every size are running sums over the columns. Only the k best are kept, never a score
 * matrix. Equal scores rank in the order of the documents, so the result does not depend on the chunks.
 */
export class VectorRanker {
  readonly #queries: Matrix;
  readonly #options: VectorRankerOptions;
  /** One heap for every size and query, [sizes, queries]. */
  readonly #heaps: TopK[];
  readonly #queryNorms: Float64Array;
  readonly #dots: Float64Array;
  #documents = 0;

  /**
   * A ranker without documents.
   *
   * @param queries float32 [queries, dim]
   * @param options {@link VectorRankerOptions}
   * @throws RangeError when a query vector is not finite
   */
  constructor(queries: Matrix, options: VectorRankerOptions) {
    const { sizes, k } = options;
    this.#queries = queries;
    this.#options = options;
    this.#heaps = Array.from({ length: sizes.length * queries.rows }, () => new TopK(k));
    this.#queryNorms = prefixNorms({ matrix: queries, start: 0, end: queries.rows }, sizes, "query");
    this.#dots = new Float64Array(sizes.length * BLOCK * BLOCK);
  }

  /**
   * Ranks more documents; they are numbered on from those before.
   *
   * @param documents float32 [documents, dim]
   * @throws TypeError when their size is not the queries'; RangeError when a vector is not finite
   */
  add(documents: Matrix): void {
    if (documents.columns !== this.#queries.columns) {
      throw new TypeError(
        `Cannot rank: queries have ${this.#queries.columns} columns and documents ${documents.columns}; ` +
          "encode both with one model",
      );
    }
    for (let start = 0; start < documents.rows; start += BLOCK) {
      this.#addBlock(documents, start, Math.min(documents.rows, start + BLOCK));
    }
    this.#documents += documents.rows;
  }

  /**
   * The rankings so far.
   *
   * @returns for every size, in the order of `sizes`, one ranking a query
   */
  rankings(): Ranking[][] {
    const { rows } = this.#queries;
    return this.#options.sizes.map((_, s) =>
      this.#heaps.slice(s * rows, (s + 1) * rows).map((heap) => heap.ranking())
    );
  }

  #addBlock(matrix: Matrix, start: number, end: number): void {
    const { sizes } = this.#options;
    const norms = prefixNorms({ matrix, start, end, offset: this.#documents }, sizes, "document");
    for (let first = 0; first < this.#queries.rows; first += BLOCK) {
      const queries = {
        matrix: this.#queries,
        start: first,
        end: Math.min(this.#queries.rows, first + BLOCK),
      };
      prefixDotProducts(queries, { matrix, start, end }, { sizes, out: this.#dots });
      for (let query = queries.start; query < queries.end; query++) {
        const block = { first, queries: queries.end - first, start, documents: end - start, norms };
        sizes.forEach((_, s) => this.#offer(query, s, block));
      }
    }
  }

  /** Offers the documents of a block to the heap of one query and size. */
  #offer(
    query: number,
    s: number,
    block: { first: number; queries: number; start: number; documents: number; norms: Float64Array },
  ): void {
    const heap = this.#heaps[s * this.#queries.rows + query];
    const { documents, norms } = block;
    const excluded = this.#options.excluded?.[query] ?? -1;
    const cosine = this.#options.similarity !== "dot";
    const at = (s * block.queries + query - block.first) * documents;
    const length = Math.max(this.#queryNorms[s * this.#queries.rows + query], SMALLEST_NORM);
    for (let j = 0; j < documents; j++) {
      let score = this.#dots[at + j];
      if (cosine) score /= length * Math.max(norms[s * documents + j], SMALLEST_NORM);
      const document = this.#documents + block.start + j;
      if (score >= heap.threshold && document !== excluded) heap.push(score, document);
    }
  }
}
