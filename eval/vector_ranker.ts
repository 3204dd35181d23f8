import type { Matrix } from "../model/mod.ts";
import { prefixNorms, type RowRange } from "./_prefix_sums.ts";
import { type Bar, dotProduct, nextAbove, type Run } from "./_scan.ts";
import { type Ranking, TopK } from "./_top_k.ts";
import { type Arithmetic, PLAIN_ARITHMETIC } from "./arithmetic.ts";

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
  /**
   * int32 [documents]: of equal scores the document with the smaller entry comes first; every number once.
   * @default the order of the documents
   */
  tieOrder?: Int32Array;
  /** Ranks the best documents again by other queries, as is done with quantised documents; see {@link Rescoring}. */
  rescoring?: Rescoring;
  /**
   * Where products are computed.
   * @default PLAIN_ARITHMETIC
   */
  arithmetic?: Arithmetic;
}

/** The second look at the best documents. */
export interface Rescoring {
  /** float32 [queries, dim]: what the documents are compared with at the second look, such as unquantised queries. */
  queries: Matrix;
  /**
   * How many times `k` documents get it.
   * @default 2, the reference's
   */
  multiplier?: number;
}

/** Most documents of a block. */
const LARGEST_BLOCK = 2048;

/** Products held at once, about: 1 Mi of float64 are 8 MiB, which the last cache of most processors holds. */
const PRODUCTS = 2 ** 20;

/** Shortest length that is divided by: the cosine with a zero vector is 0. */
const SMALLEST_NORM = 1e-12;

/**
 * By how much a product may be wrong, as a share of the lengths of its vectors: float32 sums over 32 columns have
 * 11 roundings of at most 6e-8 each. What may be among the best by that is computed again in float64.
 */
const SLACK = 1e-6;

/** Documents that are compared with all queries. */
interface Block {
  matrix: Matrix;
  /** First row of the documents. */
  start: number;
  documents: number;
  /** float64 [sizes, documents]. */
  lengths: Float64Array;
}

/**
 * Exact search at several truncations in one pass: documents come in chunks, every chunk is compared with all queries
 * once, and the scores of every size are running sums over the columns. Only the k best are kept, never a score
 * matrix. The scores kept are float64 sums, whatever the arithmetic that passes over the others. Equal scores rank in
 * the order of the documents, so the result does not depend on the chunks.
 */
export class VectorRanker {
  readonly #queries: Matrix;
  readonly #options: VectorRankerOptions;
  /** One heap for every size and query, [sizes, queries]. */
  readonly #heaps: TopK[];
  readonly #queryLengths: Float64Array;
  readonly #rescoringLengths: Float64Array;
  readonly #arithmetic: Arithmetic;
  /** The queries, a block of documents, and their products [sizes, queries, documents], as the arithmetic wants them. */
  readonly #left: Float32Array;
  readonly #right: Float32Array;
  readonly #dots: Float64Array;
  /** Documents that are compared at once. */
  readonly #block: number;
  #documents = 0;

  /**
   * A ranker without documents.
   *
   * @param queries float32 [queries, dim]
   * @param options {@link VectorRankerOptions}
   * @throws RangeError when a query vector is not finite
   */
  constructor(queries: Matrix, options: VectorRankerOptions) {
    const { sizes, k, rescoring, tieOrder } = options;
    const heap = { tieOrder, second: rescoring !== undefined };
    const kept = k * (rescoring ? rescoring.multiplier ?? 2 : 1);
    this.#queries = queries;
    this.#options = options;
    this.#heaps = Array.from({ length: sizes.length * queries.rows }, () => new TopK(kept, heap));
    this.#queryLengths = this.#lengths({ matrix: queries, start: 0, end: queries.rows }, "query");
    const again = rescoring?.queries ?? queries;
    this.#rescoringLengths = this.#lengths({ matrix: again, start: 0, end: again.rows }, "query");
    const lists = Math.max(1, sizes.length * queries.rows);
    this.#block = Math.min(LARGEST_BLOCK, Math.max(16, 16 * Math.floor(PRODUCTS / lists / 16)));
    this.#arithmetic = options.arithmetic ?? PLAIN_ARITHMETIC;
    this.#left = this.#arithmetic.float32(queries.data.length);
    this.#left.set(queries.data);
    this.#right = this.#arithmetic.float32(this.#block * queries.columns);
    this.#dots = this.#arithmetic.float64(lists * this.#block);
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
    for (let start = 0; start < documents.rows; start += this.#block) {
      this.#addBlock(documents, start, Math.min(documents.rows, start + this.#block));
    }
    this.#documents += documents.rows;
  }

  /**
   * The rankings so far.
   *
   * @returns for every size, in the order of `sizes`, one ranking a query
   */
  rankings(): Ranking[][] {
    return this.#collect((heap) => heap.ranking(this.#options.k));
  }

  /**
   * The rankings so far, after the second look; equal to {@link VectorRanker.rankings} without `rescoring`.
   *
   * @returns for every size, in the order of `sizes`, one ranking a query
   */
  rescoredRankings(): Ranking[][] {
    if (this.#options.rescoring === undefined) return this.rankings();
    return this.#collect((heap) => heap.secondRanking(this.#options.k));
  }

  #collect(rankingOf: (heap: TopK) => Ranking): Ranking[][] {
    const { rows } = this.#queries;
    return this.#options.sizes.map((_, s) => this.#heaps.slice(s * rows, (s + 1) * rows).map(rankingOf));
  }

  #addBlock(matrix: Matrix, start: number, end: number): void {
    const { sizes } = this.#options;
    const { rows, columns } = this.#queries;
    const lengths = this.#lengths({ matrix, start, end, offset: this.#documents }, "document");
    const documents = end - start;
    this.#right.set(matrix.data.subarray(start * columns, end * columns));
    const [a, b, out] = [this.#left, this.#right, this.#dots];
    if (rows > 0) this.#arithmetic.products({ a, aRows: rows, b, bRows: documents, columns, sizes, out });
    const block = { matrix, start, documents, lengths };
    sizes.forEach((_, s) => {
      for (let query = 0; query < rows; query++) this.#offer(query, s, block);
    });
  }

  /** Lengths of the first columns, none too short to be divided by: float64 [sizes, rows]. */
  #lengths(range: RowRange, what: string): Float64Array {
    return prefixNorms(range, this.#options.sizes, what).map((norm) => Math.max(norm, SMALLEST_NORM));
  }

  /** Offers the documents of a block to the heap of one query and size. */
  #offer(query: number, s: number, block: Block): void {
    const heap = this.#heaps[s * this.#queries.rows + query];
    const { documents } = block;
    const { rescoring } = this.#options;
    const excluded = this.#options.excluded?.[query] ?? -1;
    const at = (s * this.#queries.rows + query) * documents;
    const run: Run = { dots: this.#dots, at, lengths: block.lengths, first: s * documents, count: documents };
    const length = this.#queryLengths[s * this.#queries.rows + query];
    for (let j = 0; j < documents; j++) {
      j = nextAbove(run, this.#bar(heap.threshold, length), j);
      const document = this.#documents + block.start + j;
      if (j === documents || document === excluded) continue;
      const score = this.#score(this.#queries, query, { s, length, block, j });
      if (!rescoring) heap.push(score, document);
      else if (heap.admits(score, document)) {
        const again = this.#rescoringLengths[s * this.#queries.rows + query];
        heap.push(score, document, this.#score(rescoring.queries, query, { s, length: again, block, j }));
      }
    }
  }

  /** Where products may reach a score: `slope` times the document's length, plus `base`. */
  #bar(score: number, length: number): Bar {
    if (this.#options.similarity === "dot") return { slope: -SLACK * length, base: score };
    return { slope: (score - SLACK) * length, base: 0 };
  }

  /** The score of a document, in float64. */
  #score(
    queries: Matrix,
    query: number,
    { s, length, block, j }: { s: number; length: number; block: Block; j: number },
  ): number {
    const { columns } = queries;
    const sum = dotProduct(
      { data: queries.data, start: query * columns },
      { data: block.matrix.data, start: (block.start + j) * columns },
      this.#options.sizes[s],
    );
    return this.#options.similarity === "dot" ? sum : sum / (length * block.lengths[s * block.documents + j]);
  }
}
