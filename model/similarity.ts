import { type Matrix, rowOf, zeroMatrix } from "./matrix.ts";

/** How two vectors are compared; larger is more alike, so the two distances are negative. */
export type SimilarityKind = "cosine" | "dot" | "euclidean" | "manhattan";

/** Smallest length that a vector is divided by, as torch's `normalize` has it. */
const SMALLEST_NORM = 1e-12;

const COMPARE: Record<SimilarityKind, (a: Float32Array, b: Float32Array) => number> = {
  cosine: (a, b) => dot(a, b) / (length(a) * length(b)),
  dot,
  euclidean: (a, b) => -Math.sqrt(sum(a, (value, i) => (value - b[i]) ** 2)),
  manhattan: (a, b) => -sum(a, (value, i) => Math.abs(value - b[i])),
};

/**
 * Compares every vector of `a` with every vector of `b`, as Sentence Transformers' `similarity` does: cosine, dot
 * product, or the negative Euclidean or Manhattan distance. The cosine with a zero vector is 0. The whole matrix is
 * held: for searching a collection use the ranking of `eval`.
 *
 * @param a float32 [n, dim]
 * @param b float32 [m, dim]
 * @param kind the measure
 * @returns float32 [n, m]
 * @throws TypeError when the vectors differ in length; RangeError when the measure is unknown
 */
export function similarity(a: Matrix, b: Matrix, kind: SimilarityKind = "cosine"): Matrix {
  if (a.columns !== b.columns) {
    throw new TypeError(
      `Cannot compare vectors: they have ${a.columns} and ${b.columns} columns; truncate both to one size`,
    );
  }
  const compare = COMPARE[kind];
  if (compare === undefined) {
    throw new RangeError(
      `Cannot compare vectors: '${kind}' is no similarity; choose one of ${Object.keys(COMPARE).join(", ")}`,
    );
  }
  const out = zeroMatrix(a.rows, b.rows);
  for (let i = 0; i < a.rows; i++) {
    const row = rowOf(a, i);
    for (let j = 0; j < b.rows; j++) out.data[i * b.rows + j] = compare(row, rowOf(b, j));
  }
  return out;
}

function dot(a: Float32Array, b: Float32Array): number {
  return sum(a, (value, i) => value * b[i]);
}

function length(a: Float32Array): number {
  return Math.max(Math.sqrt(dot(a, a)), SMALLEST_NORM);
}

function sum(a: Float32Array, term: (value: number, index: number) => number): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += term(a[i], i);
  return total;
}
