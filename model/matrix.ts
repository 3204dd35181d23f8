/** Vectors as rows: `rows` x `columns` float32 numbers, row-major. */
export interface Matrix {
  /** The numbers, row after row; length `rows * columns`. */
  data: Float32Array;
  /** How many vectors there are. */
  rows: number;
  /** How many numbers each vector has. */
  columns: number;
}

/** Turns texts into vectors: row i of the result belongs to text i. */
export type Encoder = (texts: readonly string[]) => Promise<Matrix>;

/** Smallest length that a vector is divided by, as torch's `normalize` has it: a zero vector stays zero. */
const SMALLEST_NORM = 1e-12;

/**
 * A matrix of zeros.
 *
 * @param rows number of vectors
 * @param columns numbers a vector
 * @returns float32 [rows, columns]
 */
export function zeroMatrix(rows: number, columns: number): Matrix {
  return { data: new Float32Array(rows * columns), rows, columns };
}

/**
 * A matrix from an array of rows.
 *
 * @param rows equally long arrays of numbers
 * @returns float32 [rows, columns]
 * @throws TypeError when the rows differ in length
 */
export function matrixFromRows(rows: readonly ArrayLike<number>[]): Matrix {
  const columns = rows.length === 0 ? 0 : rows[0].length;
  const matrix = zeroMatrix(rows.length, columns);
  rows.forEach((row, index) => {
    if (row.length !== columns) {
      throw new TypeError(
        `Cannot build a matrix: row ${index} has ${row.length} numbers and row 0 has ${columns}; ` +
          "give rows of one length",
      );
    }
    matrix.data.set(row, index * columns);
  });
  return matrix;
}

/**
 * One vector of a matrix, as a view (nothing is copied).
 *
 * @param matrix float32 [rows, columns]
 * @param row number of the vector, from 0
 * @returns float32 [columns]
 */
export function rowOf(matrix: Matrix, row: number): Float32Array {
  return matrix.data.subarray(row * matrix.columns, (row + 1) * matrix.columns);
}

/**
 * Some vectors of a matrix.
 *
 * @param matrix float32 [n, columns]
 * @param rows their numbers, in the order that they are to have
 * @returns a new float32 [rows, columns]
 */
export function takeRows(matrix: Matrix, rows: readonly number[]): Matrix {
  const taken = zeroMatrix(rows.length, matrix.columns);
  rows.forEach((row, i) => rowOf(taken, i).set(rowOf(matrix, row)));
  return taken;
}

/**
 * The same vectors at length 1 (L2). Zero vectors stay zero.
 *
 * @param matrix float32 [rows, columns]
 * @returns a new float32 [rows, columns]
 */
export function normalizeRows(matrix: Matrix): Matrix {
  const out = zeroMatrix(matrix.rows, matrix.columns);
  for (let row = 0; row < matrix.rows; row++) normalizeRow(rowOf(matrix, row), rowOf(out, row));
  return out;
}

/**
 * Divides one vector by its L2 length. Squares are added in float64, eight sums of every eighth column side by side, in
 * the order of the kernels, whose bits these are.
 *
 * @param vector float32 [columns]
 * @param out receives the result; may be `vector` itself
 */
export function normalizeRow(vector: Float32Array, out: Float32Array): void {
  const factor = 1 / Math.max(Math.sqrt(squaredLength(vector)), SMALLEST_NORM);
  for (let i = 0; i < vector.length; i++) out[i] = vector[i] * factor;
}

function squaredLength(vector: Float32Array): number {
  let [a, b, c, d, e, f, g, h] = [0, 0, 0, 0, 0, 0, 0, 0];
  const whole = vector.length - vector.length % 8;
  for (let i = 0; i < whole; i += 8) {
    a += vector[i] * vector[i];
    b += vector[i + 1] * vector[i + 1];
    c += vector[i + 2] * vector[i + 2];
    d += vector[i + 3] * vector[i + 3];
    e += vector[i + 4] * vector[i + 4];
    f += vector[i + 5] * vector[i + 5];
    g += vector[i + 6] * vector[i + 6];
    h += vector[i + 7] * vector[i + 7];
  }
  let sum = (a + c + (e + g)) + (b + d + (f + h));
  for (let i = whole; i < vector.length; i++) sum += vector[i] * vector[i];
  return sum;
}
