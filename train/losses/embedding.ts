import {
  abs,
  concat,
  distancesFromDots,
  distancesFromSquares,
  dotProducts,
  inverseLengths,
  mul,
  reduceSum,
  rowDots,
  scaleRowsAndColumns,
  split,
  squaredLengths,
  sub,
  sumOf,
  transpose,
  type Value,
} from "../../graph/mod.ts";

/** How far two embeddings lie apart: length of the difference, sum of absolute differences, or 1 - cosine. */
export type Distance = "euclidean" | "manhattan" | "cosine";

/** The distances that a matrix of dot products gives for all pairs of a batch. */
export type PairDistance = Exclude<Distance, "manhattan">;

/** Options of {@link Embedding}. */
export interface EmbeddingOptions {
  /** Whether the rows stand for their directions. @default false */
  normalized?: boolean;
  /** float32 [rows, 1] each: squared lengths of the first block, of the first two, and so on. @default computed */
  squaredLengths?: readonly Value[];
}

/**
 * The embeddings of one text column in a loss graph, as blocks of columns.
 *
 * Matryoshka sizes are nested: what a loss needs of the first 64 dimensions (dot products, squared lengths) is that of
 * the first 32 plus one more block. A graph never repeats an operation, so a loss over the sizes 32..1,024 costs the
 * products of 1,024 columns instead of 2,016, and the backward pass accumulates likewise. The numbers are those that
 * each size alone would give. Normalised embeddings keep this form: they are the raw ones and a factor for each row.
 */
export class Embedding {
  /** float32 [rows, columns of the block] each, in the order of the dimensions, before normalisation. */
  readonly blocks: readonly Value[];
  /** Whether the rows stand for their directions: every row scaled to length 1. */
  readonly normalized: boolean;
  readonly #knownSquares?: readonly Value[];

  /**
   * Takes blocks as they are.
   *
   * @param blocks at least one block; all have the same rows
   */
  constructor(blocks: readonly Value[], options: EmbeddingOptions = {}) {
    this.blocks = blocks;
    this.normalized = options.normalized ?? false;
    this.#knownSquares = options.squaredLengths;
  }

  /**
   * Cuts a matrix at Matryoshka sizes.
   *
   * @param matrix float32 [rows, dim]
   * @param sizes ascending; the last one is dim
   */
  static fromMatrix(matrix: Value, sizes: readonly number[]): Embedding {
    return new Embedding(split(matrix, 1, sizes.map((size, i) => size - (sizes[i - 1] ?? 0))));
  }

  /** The rows of several embeddings one after the other; `extent` names their number. */
  static stack(parts: readonly Embedding[], extent: string): Embedding {
    const [first] = parts;
    const blocks = first.blocks.map((_, i) => concat(parts.map((part) => part.blocks[i]), 0, extent));
    return new Embedding(blocks, { normalized: first.normalized });
  }

  /** Number of dimensions. */
  get size(): number {
    return this.blocks.reduce((sum, block) => sum + (block.shape[1] as number), 0);
  }

  /** Only the first `size` dimensions. @throws {RangeError} if the blocks are not cut there */
  truncate(size: number): Embedding {
    let end = 0;
    for (let count = 0; count < this.blocks.length; count++) {
      end += this.blocks[count].shape[1] as number;
      if (end === size) return this.#with(this.blocks.slice(0, count + 1), this.normalized);
    }
    throw new RangeError(
      `Cannot truncate to ${size} dimensions: the embedding is not cut there; give it that size`,
    );
  }

  /** The same with every row scaled to length 1 (a zero row stays zero), as Matryoshka shows it to the loss inside. */
  normalize(): Embedding {
    return this.#with(this.blocks, true);
  }

  /** The embeddings as one matrix, float32 [rows, size]. */
  matrix(): Value {
    const raw = concat(this.blocks, 1);
    return this.normalized ? mul(raw, this.inverseLengths()) : raw;
  }

  /** Dot product of every row with every row of `other`, float32 [rows, other rows]. */
  dots(other: Embedding): Value {
    if (this.normalized) return this.cosines(other);
    return this.#rawDots(other);
  }

  /** Dot product of every row with the same row of `other`, float32 [rows, 1]. */
  rowDots(other: Embedding): Value {
    if (this.normalized) return this.rowCosines(other);
    return this.#rawRowDots(other);
  }

  /** 1 / length of every row before normalisation, float32 [rows, 1]; 0 for a zero row. */
  inverseLengths(): Value {
    return inverseLengths(this.#rawSquaredLengths());
  }

  /** Squared length of every row, float32 [rows, 1]. */
  squaredLengths(): Value {
    const raw = this.#rawSquaredLengths();
    if (!this.normalized) return raw;
    const inverse = this.inverseLengths();
    return mul(mul(raw, inverse), inverse);
  }

  /** `scale` times the cosine of every row with every row of `other`, float32 [rows, other rows]. */
  cosines(other: Embedding, scale = 1): Value {
    const rows = mul(this.inverseLengths(), scale);
    return scaleRowsAndColumns(this.#rawDots(other), rows, transpose(other.inverseLengths()));
  }

  /** `scale` times the cosine of every row with the same row of `other`, float32 [rows, 1]. */
  rowCosines(other: Embedding, scale = 1): Value {
    const lengths = mul(this.inverseLengths(), other.inverseLengths());
    return mul(mul(this.#rawRowDots(other), lengths), scale);
  }

  /** Distance of every row from every row of `other`, float32 [rows, other rows]. */
  distances(other: Embedding, distance: PairDistance): Value {
    if (distance === "cosine") return sub(1, this.cosines(other));
    return distancesFromDots(this.dots(other), this.squaredLengths(), transpose(other.squaredLengths()));
  }

  /** Distance of every row from the same row of `other`, [rows, 1]; from differences, so small ones are exact. */
  rowDistances(other: Embedding, distance: Distance): Value {
    switch (distance) {
      case "cosine":
        return sub(1, this.rowCosines(other));
      case "euclidean":
        return distancesFromSquares(sumOf(this.differences(other).map(squaredLengths)));
      case "manhattan":
        return sumOf(this.differences(other).map((block) => reduceSum(abs(block), [1], { keep: true })));
    }
  }

  /** Difference of every row and the same row of `other`, block by block. */
  differences(other: Embedding): readonly Value[] {
    const [mine, others] = [this.#finalBlocks(), other.#finalBlocks()];
    return mine.map((block, i) => sub(block, others[i]));
  }

  #finalBlocks(): readonly Value[] {
    if (!this.normalized) return this.blocks;
    const inverse = this.inverseLengths();
    return this.blocks.map((block) => mul(block, inverse));
  }

  #rawDots(other: Embedding): Value {
    const [first, ...rest] = this.blocks;
    const start = dotProducts(first, other.blocks[0]);
    return rest.reduce((sum, block, i) => dotProducts(block, other.blocks[i + 1], sum), start);
  }

  #rawRowDots(other: Embedding): Value {
    return sumOf(this.blocks.map((block, i) => rowDots(block, other.blocks[i])));
  }

  #with(blocks: readonly Value[], normalized: boolean): Embedding {
    return new Embedding(blocks, { normalized, squaredLengths: this.#knownSquares });
  }

  #rawSquaredLengths(): Value {
    return this.#knownSquares?.[this.blocks.length - 1] ?? sumOf(this.blocks.map(squaredLengths));
  }
}
