import { type Matrix, normalizeRow, normalizeRows, rowOf } from "../model/mod.ts";

/** Vectors of one length that are added and never moved, in blocks of equal size. */
export class VectorBlocks {
  /** Vectors of a block. */
  readonly blockRows: number;
  /** float32 [blockRows, columns] each; the last one ends in zeros. */
  readonly blocks: Float32Array[] = [];
  #columns = 0;
  #rows = 0;

  /** @param blockRows vectors of a block */
  constructor(blockRows: number) {
    this.blockRows = blockRows;
  }

  /** How many vectors there are. */
  get rows(): number {
    return this.#rows;
  }

  /** Numbers of a vector; 0 before the first. */
  get columns(): number {
    return this.#columns;
  }

  /**
   * Adds vectors, scaled to length 1; zero vectors stay zero.
   *
   * @param vectors float32 [rows, columns]
   * @throws {RangeError} if a vector is not finite
   */
  add(vectors: Matrix): void {
    this.#columns = vectors.columns;
    for (let row = 0; row < vectors.rows; row++) {
      if (this.#rows === this.blocks.length * this.blockRows) {
        this.blocks.push(new Float32Array(this.blockRows * this.#columns));
      }
      const out = this.get(this.#rows++);
      normalizeRow(rowOf(vectors, row), out);
      if (!isFiniteVector(out)) throw notFinite(`text ${this.#rows} of the corpus`);
    }
  }

  /** A vector, as a view. */
  get(row: number): Float32Array {
    const at = row % this.blockRows * this.#columns;
    return this.blocks[Math.floor(row / this.blockRows)].subarray(at, at + this.#columns);
  }

  /** Products of a vector with some of these, in float64. */
  products(vector: Float32Array, rows: ArrayLike<number>): Float64Array {
    const out = new Float64Array(rows.length);
    const query = new Float64Array(vector);
    for (let i = 0; i < rows.length; i++) {
      const block = this.blocks[Math.floor(rows[i] / this.blockRows)];
      out[i] = dotProduct(query, block, rows[i] % this.blockRows * this.#columns);
    }
    return out;
  }
}

/** The same vectors at length 1. @throws {RangeError} if one is not finite */
export function unitVectors(vectors: Matrix, nameOf: (row: number) => string): Matrix {
  const unit = normalizeRows(vectors);
  for (let row = 0; row < unit.rows; row++) {
    if (!isFiniteVector(rowOf(unit, row))) throw notFinite(nameOf(row));
  }
  return unit;
}

/** Product of a vector with the numbers of an array from a place on, in four float64 sums that do not wait for each other. */
function dotProduct(x: Float64Array, y: Float32Array, at: number): number {
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  let i = 0;
  for (; i + 4 <= x.length; i += 4) {
    s0 += x[i] * y[at + i];
    s1 += x[i + 1] * y[at + i + 1];
    s2 += x[i + 2] * y[at + i + 2];
    s3 += x[i + 3] * y[at + i + 3];
  }
  for (; i < x.length; i++) s0 += x[i] * y[at + i];
  return s0 + s1 + (s2 + s3);
}

/** Whether all numbers are: a sum of zeros is 0, of anything else NaN. */
function isFiniteVector(vector: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i] * 0;
  return sum === 0;
}

function notFinite(what: string): RangeError {
  return new RangeError(
    `Cannot mine: the vector of ${what} holds a number that is not finite; ` +
      "look for a training run that diverged, or for a damaged table",
  );
}
