import type { Matrix } from "../model/mod.ts";
import type { Arithmetic } from "./arithmetic.ts";

/** Examples and their classes. */
export interface Examples {
  /** float32 [examples, dim]. */
  vectors: Matrix;
  /** Numbers of the classes from 0. */
  classes: Int32Array;
}

/** The mean loss of some examples with its penalty. A point is weights [rows, dim], then intercepts [rows]. */
export class MeanLoss {
  readonly #classes: Int32Array;
  readonly #rows: number;
  readonly #examples: number;
  readonly #columns: number;
  readonly #penalty: number;
  readonly #arithmetic: Arithmetic;
  /** float32 [examples, dim], and [dim, examples] for the gradient. */
  readonly #vectors: Float32Array;
  readonly #transposed: Float32Array;
  /** Weights [rows, dim] in float32, what float32 leaves of them, and the scores [examples, rows] by either. */
  readonly #weights: Float32Array;
  readonly #remainders: Float32Array;
  readonly #scores: Float64Array;
  readonly #rest: Float64Array;
  /** Slopes of the loss by the scores [rows, examples], and by the weights [rows, dim]. */
  readonly #slopes: Float32Array;
  readonly #gradient: Float64Array;

  constructor(
    { vectors, classes }: Examples,
    rows: number,
    { penalty, arithmetic }: { penalty: number; arithmetic: Arithmetic },
  ) {
    this.#classes = classes;
    this.#rows = rows;
    this.#examples = vectors.rows;
    this.#columns = vectors.columns;
    this.#penalty = penalty;
    this.#arithmetic = arithmetic;
    this.#vectors = copyOf(vectors.data, arithmetic);
    this.#transposed = copyOf(transposed(vectors), arithmetic);
    this.#weights = arithmetic.float32(rows * vectors.columns);
    this.#remainders = arithmetic.float32(rows * vectors.columns);
    this.#scores = arithmetic.float64(vectors.rows * rows);
    this.#rest = arithmetic.float64(vectors.rows * rows);
    this.#slopes = arithmetic.float32(rows * vectors.rows);
    this.#gradient = arithmetic.float64(rows * vectors.columns);
  }

  /** The loss at a point; writes its gradient. */
  at(point: Float64Array, out: Float64Array): number {
    const length = this.#weights.length;
    this.#fillScores(point);
    const loss = this.#fillSlopes(point.subarray(length)) / this.#examples;
    this.#fillGradient();
    let squares = 0;
    for (let i = 0; i < length; i++) {
      out[i] = this.#gradient[i] / this.#examples + this.#penalty * point[i];
      squares += point[i] * point[i];
    }
    for (let k = 0; k < this.#rows; k++) {
      let sum = 0;
      for (let i = 0; i < this.#examples; i++) sum += this.#slopes[k * this.#examples + i];
      out[length + k] = sum / this.#examples;
    }
    return loss + this.#penalty * squares / 2;
  }

  /** Scores without intercepts. The weights keep 48 bits, or the last steps would be noise. */
  #fillScores(point: Float64Array): void {
    for (let i = 0; i < this.#weights.length; i++) {
      this.#weights[i] = point[i];
      this.#remainders[i] = point[i] - this.#weights[i];
    }
    const columns = this.#columns;
    const job = { a: this.#vectors, aRows: this.#examples, bRows: this.#rows, columns, sizes: [columns] };
    this.#arithmetic.products({ ...job, b: this.#weights, out: this.#scores });
    this.#arithmetic.products({ ...job, b: this.#remainders, out: this.#rest });
    for (let i = 0; i < this.#scores.length; i++) this.#scores[i] += this.#rest[i];
  }

  #fillGradient(): void {
    const examples = this.#examples;
    this.#arithmetic.products({
      a: this.#slopes,
      aRows: this.#rows,
      b: this.#transposed,
      bRows: this.#columns,
      columns: examples,
      sizes: [examples],
      out: this.#gradient,
    });
  }

  /** Writes the slopes of every example's loss and returns the sum of the losses. */
  #fillSlopes(intercepts: Float64Array): number {
    const rows = this.#rows;
    let loss = 0;
    for (let i = 0; i < this.#examples; i++) {
      const scores = this.#scores.subarray(i * rows, (i + 1) * rows);
      for (let k = 0; k < rows; k++) scores[k] += intercepts[k];
      loss += rows === 1 ? this.#binarySlope(i, scores[0]) : this.#slopesOf(i, scores);
    }
    return loss;
  }

  #binarySlope(example: number, score: number): number {
    const truth = this.#classes[example];
    this.#slopes[example] = 1 / (1 + Math.exp(-score)) - truth;
    return softplus(score) - truth * score;
  }

  #slopesOf(example: number, scores: Float64Array): number {
    let highest = -Infinity;
    for (let k = 0; k < scores.length; k++) highest = Math.max(highest, scores[k]);
    let sum = 0;
    for (let k = 0; k < scores.length; k++) sum += Math.exp(scores[k] - highest);
    const log = highest + Math.log(sum);
    const truth = this.#classes[example];
    for (let k = 0; k < scores.length; k++) {
      this.#slopes[k * this.#examples + example] = Math.exp(scores[k] - log) - Number(k === truth);
    }
    return log - scores[truth];
  }
}

/** log(1 + e^x), for any x. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** float32 [columns, rows]. */
function transposed({ data, rows, columns }: Matrix): Float32Array {
  const out = new Float32Array(data.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j];
  }
  return out;
}

/** A copy that the arithmetic can work on. */
export function copyOf(data: Float32Array, arithmetic: Arithmetic): Float32Array {
  const copy = arithmetic.float32(data.length);
  copy.set(data);
  return copy;
}
