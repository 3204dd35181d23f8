import { type Encoder, type Matrix, rowOf, takeRows } from "../model/mod.ts";
import type { Runtime } from "../runtime/mod.ts";
import { BestDocuments } from "./_best_documents.ts";
import { BlockProducts, type BlockScores, STRETCH } from "./_block_products.ts";
import { rankDocuments } from "./_rank_documents.ts";
import { unitVectors, VectorBlocks } from "./_vector_blocks.ts";
import type { Anchor, Found, Scorer, Searcher } from "./searcher.ts";

/** Options of {@linkcode EncoderSearcher}. */
export interface EncoderSearcherOptions {
  /** Turns documents into vectors. */
  encoder: Encoder;
  /**
   * Turns anchors into vectors.
   * @default encoder
   */
  anchorEncoder?: Encoder;
  /** What multiplies; it stays open. */
  runtime: Runtime;
  /**
   * Documents of a block, a multiple of 32.
   * @default 4096
   */
  blockRows?: number;
}

/** Anchors that are multiplied at once: enough for the products to be as fast as they get. */
const ROWS = 1024;

/** Documents that are kept beyond those asked for, because their scores are not exact yet. */
const SPARE = 4;

/** Half a unit in the last place of float32: a sum of n products is wrong by at most n such shares of the lengths. */
const HALF_UNIT = 2 ** -24;

/** Who is offered documents. */
interface Offer {
  anchors: readonly Anchor[];
  best: BestDocuments;
}

/** The documents that come first for certain, and whether they are known. */
interface Settled extends Found {
  isCertain: boolean;
}

/**
 * Exact search by cosine with any encoder. Documents lie in memory once, as float32 vectors of length 1; all other
 * memory is that of 4,096 anchors and two blocks of scores. Scores of a pass are float32; the best documents' are
 * computed again in float64, and where one that was passed over might belong among them, the pass is repeated with more
 * of them kept. So the result depends neither on blocks nor on threads.
 */
export class EncoderSearcher implements Searcher, Scorer {
  /** Cosines end at 1. */
  readonly largestScore = 1;
  /** A few times as many as are multiplied at once: the last ones' results are put in order while nothing is multiplied. */
  readonly anchorsAtOnce = 4 * ROWS;
  readonly #documents: VectorBlocks;
  readonly #encoder: Encoder;
  readonly #anchorEncoder: Encoder;
  readonly #runtime: Runtime;
  #products: BlockProducts | undefined;

  /** A searcher without documents. */
  constructor({ encoder, anchorEncoder, runtime, blockRows = 4096 }: EncoderSearcherOptions) {
    this.#documents = new VectorBlocks(blockRows);
    this.#encoder = encoder;
    this.#anchorEncoder = anchorEncoder ?? encoder;
    this.#runtime = runtime;
  }

  /**
   * Encodes further documents.
   *
   * @throws {RangeError} if a vector is not finite
   */
  async add(texts: readonly string[]): Promise<void> {
    if (texts.length > 0) this.#documents.add(await this.#encoder(texts));
  }

  /**
   * Finds the documents with the largest cosines.
   *
   * @throws {RangeError} if a vector is not finite
   */
  async search(anchors: readonly Anchor[], count: number): Promise<Found[]> {
    const queries = await this.#encode(anchors.map(({ text }) => text));
    return await this.#searchVectors(queries, anchors, { count, spare: SPARE });
  }

  /**
   * Cosines of texts with documents.
   *
   * @throws {RangeError} if a vector is not finite
   */
  async score(anchors: readonly string[], documents: readonly ArrayLike<number>[]): Promise<Float64Array[]> {
    const queries = await this.#encode(anchors);
    return documents.map((numbers, row) => this.#documents.products(rowOf(queries, row), numbers));
  }

  /** Frees what the products need. */
  dispose(): void {
    this.#products?.release();
    this.#products = undefined;
  }

  async #encode(texts: readonly string[]): Promise<Matrix> {
    const nameOf = (row: number): string => `the anchor ${JSON.stringify(texts[row].slice(0, 60))}`;
    return unitVectors(await this.#anchorEncoder(texts), nameOf);
  }

  async #searchVectors(
    queries: Matrix,
    anchors: readonly Anchor[],
    { count, spare }: { count: number; spare: number },
  ): Promise<Found[]> {
    const found = await this.#pass(queries, anchors, { count, spare });
    const open = found.flatMap(({ isCertain }, row) => isCertain ? [] : [row]);
    if (open.length > 0) {
      const again = await this.#searchVectors(
        takeRows(queries, open),
        open.map((row) => anchors[row]),
        { count, spare: 16 * spare },
      );
      open.forEach((row, i) => found[row] = { ...again[i], isCertain: true });
    }
    return found;
  }

  /** Compares all anchors with all documents. While one block is read, the next is computed. */
  async #pass(
    queries: Matrix,
    anchors: readonly Anchor[],
    { count, spare }: { count: number; spare: number },
  ): Promise<Settled[]> {
    const { blocks, blockRows, rows, columns } = this.#documents;
    this.#products ??= new BlockProducts(this.#runtime, { anchors: ROWS, documents: blockRows, columns });
    const found: Settled[] = [];
    let readBefore = (): void => {};
    for (let start = 0; start < anchors.length; start += ROWS) {
      const some = anchors.slice(start, start + ROWS);
      const left = sliceOf(queries, start, start + some.length);
      const best = new BestDocuments(some.length, Math.min(count + spare, rows));
      for (let number = 0; number < blocks.length; number++) {
        const running = this.#products.run(left, blocks[number]);
        readBefore();
        const scores = await running;
        readBefore = () => {
          this.#offer(scores, number, { anchors: some, best });
          if (number < blocks.length - 1) return;
          some.forEach((anchor, row) =>
            found.push(this.#settle(rowOf(left, row), anchor, { best, row, count }))
          );
        };
      }
    }
    readBefore();
    return found;
  }

  #offer({ scores, maxima }: BlockScores, number: number, { anchors, best }: Offer): void {
    const { blockRows, rows } = this.#documents;
    const first = number * blockRows;
    const stretches = blockRows / STRETCH;
    const { floors } = best;
    if (number === 0) this.#raiseFloors(maxima, { anchors, best });
    for (let anchor = 0; anchor < anchors.length; anchor++) {
      const { excluded } = anchors[anchor];
      for (let stretch = 0; stretch < stretches; stretch++) {
        if (maxima[anchor * stretches + stretch] < floors[anchor]) continue;
        const start = stretch * STRETCH;
        const end = Math.min(start + STRETCH, rows - first);
        for (let place = start; place < end; place++) {
          const score = scores[anchor * blockRows + place];
          if (score < floors[anchor] || excluded.includes(first + place)) continue;
          best.push(anchor, score, first + place);
        }
      }
    }
  }

  /**
   * Each stretch has a document as good as its largest score: if n are to be kept, those below the n-th largest one need not
   * be looked at. It spares most of what a heap takes in only to give it away again.
   */
  #raiseFloors(maxima: Float32Array, { anchors, best }: Offer): void {
    const { blockRows, rows } = this.#documents;
    const stretches = blockRows / STRETCH;
    // The last stretches may hold zeros in the place of documents.
    const whole = Math.floor(Math.min(rows, blockRows) / STRETCH);
    anchors.forEach(({ excluded }, anchor) => {
      const rank = best.kept + excluded.length;
      if (rank > whole) return;
      const start = anchor * stretches;
      best.floors[anchor] = maxima.slice(start, start + whole).sort()[whole - rank];
    });
  }

  /** Sorts the documents kept by their exact scores. */
  #settle(
    query: Float32Array,
    { positives, excluded }: Anchor,
    { best, row, count }: { best: BestDocuments; row: number; count: number },
  ): Settled {
    const kept = best.documents(row);
    const scores = this.#documents.products(query, kept);
    rankDocuments(kept, scores);
    const isAll = kept.length === this.#documents.rows - excluded.length || !best.isFull(row);
    const slack = query.length * HALF_UNIT;
    return {
      documents: kept.slice(0, count),
      scores: scores.slice(0, count),
      positives: this.#documents.products(query, positives),
      isCertain: isAll || scores[count - 1] > best.floors[row] + slack,
    };
  }
}

function sliceOf({ data, columns }: Matrix, start: number, end: number): Matrix {
  return { data: data.subarray(start * columns, end * columns), rows: end - start, columns };
}
