import {
  concat,
  dotProducts,
  inverseLengths,
  mul,
  rowDots,
  scaleRowsAndColumns,
  split,
  squaredLengths,
  sumOf,
  transpose,
  type Value,
} from "../../graph/mod.ts";

/**
 * The embeddings of one text column in a loss graph, as blocks of columns.
 *
 * Matryoshka sizes are nested: what a loss needs of the first 64 dimensions (dot products, squared lengths) is that of
 * the first 32 plus one more block. A graph never repeats an operation, so a loss over the sizes 32..1,024 costs the
 * products of 1,024 columns instead of 2,016, and the backward pass accumulates likewise. The numbers are those that
 * each size alone would give.
 */
export class Embedding {
  /** float32 [rows, columns of the block] each, in the order of the dimensions. */
  readonly blocks: readonly Value[];

  /**
   * Embeddings from their blocks.
   *
   * @param blocks at least one block; all have the same rows
   */
  constructor(blocks: readonly Value[]) {
    this.blocks = blocks;
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
    return new Embedding(first.blocks.map((_, i) => concat(parts.map((part) => part.blocks[i]), 0, extent)));
  }

  /** Only the first `count` blocks. */
  truncate(count: number): Embedding {
    return new Embedding(this.blocks.slice(0, count));
  }

  /** The embeddings as one matrix, float32 [rows, dim]. */
  matrix(): Value {
    return concat(this.blocks, 1);
  }

  /** Dot product of every row with every row of `other`, float32 [rows, other rows]. */
  dots(other: Embedding): Value {
    const [first, ...rest] = this.blocks;
    const start = dotProducts(first, other.blocks[0]);
    return rest.reduce((sum, block, i) => dotProducts(block, other.blocks[i + 1], sum), start);
  }

  /** Dot product of every row with the same row of `other`, float32 [rows, 1]. */
  rowDots(other: Embedding): Value {
    return sumOf(this.blocks.map((block, i) => rowDots(block, other.blocks[i])));
  }

  /** 1 / length of every row, float32 [rows, 1]; 0 stays harmless (a zero row keeps cosine 0). */
  inverseLengths(): Value {
    return inverseLengths(sumOf(this.blocks.map(squaredLengths)));
  }

  /** `scale` times the cosine of every row with every row of `other`, float32 [rows, other rows]. */
  cosines(other: Embedding, scale = 1): Value {
    const rows = mul(this.inverseLengths(), scale);
    return scaleRowsAndColumns(this.dots(other), rows, transpose(other.inverseLengths()));
  }

  /** `scale` times the cosine of every row with the same row of `other`, float32 [rows, 1]. */
  rowCosines(other: Embedding, scale = 1): Value {
    const lengths = mul(this.inverseLengths(), other.inverseLengths());
    return mul(mul(this.rowDots(other), lengths), scale);
  }
}
