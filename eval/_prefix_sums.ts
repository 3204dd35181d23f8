import type { Matrix } from "../model/mod.ts";

/** Consecutive rows of a matrix. */
export interface RowRange {
  matrix: Matrix;
  /** First row. */
  start: number;
  /** One past the last row. */
  end: number;
  /** What the matrix's first row is called in messages, where the matrix is a chunk; 0 without it. */
  offset?: number;
}

/**
 * Dot products of the first `sizes[s]` columns, for every size in one pass over the numbers:
 * `out[(s * aRows + i) * bRows + j] = sum over c < sizes[s] of a[i, c] b[j, c]`, summed in float64.
 *
 * Two rows of `a` by four of `b` at a time: six loads serve eight products. At an edge the last row is taken again,
 * which writes the same number to the same place. This is the inner loop of retrieval evaluation; it takes and gives
 * plain arrays so that a compiled kernel can take its place.
 *
 * @param a at least one row
 * @param b at least one row, as many columns as `a`
 * @param buffers ascending column counts, and room for the result
 */
export function prefixDotProducts(
  a: RowRange,
  b: RowRange,
  buffers: { sizes: readonly number[]; out: Float64Array },
): void {
  const aRows = a.end - a.start;
  const bRows = b.end - b.start;
  for (let i = 0; i < aRows; i += 2) {
    for (let j = 0; j < bRows; j += 4) dotTile(a, b, { ...buffers, aRows, bRows, i, j });
  }
}

interface Tile {
  sizes: readonly number[];
  out: Float64Array;
  aRows: number;
  bRows: number;
  i: number;
  j: number;
}

function dotTile(a: RowRange, b: RowRange, tile: Tile): void {
  const { sizes, out, aRows, bRows } = tile;
  const width = a.matrix.columns;
  const x = a.matrix.data;
  const y = b.matrix.data;
  const i0 = tile.i, i1 = Math.min(i0 + 1, aRows - 1);
  const j0 = tile.j, j1 = Math.min(j0 + 1, bRows - 1);
  const j2 = Math.min(j0 + 2, bRows - 1), j3 = Math.min(j0 + 3, bRows - 1);
  const p0 = (a.start + i0) * width, p1 = (a.start + i1) * width;
  const q0 = (b.start + j0) * width, q1 = (b.start + j1) * width;
  const q2 = (b.start + j2) * width, q3 = (b.start + j3) * width;
  let s00 = 0, s01 = 0, s02 = 0, s03 = 0, s10 = 0, s11 = 0, s12 = 0, s13 = 0;
  let column = 0;
  for (let s = 0; s < sizes.length; s++) {
    for (const end = sizes[s]; column < end; column++) {
      const u = x[p0 + column], v = x[p1 + column];
      const b0 = y[q0 + column], b1 = y[q1 + column], b2 = y[q2 + column], b3 = y[q3 + column];
      s00 += u * b0, s01 += u * b1, s02 += u * b2, s03 += u * b3;
      s10 += v * b0, s11 += v * b1, s12 += v * b2, s13 += v * b3;
    }
    const r0 = (s * aRows + i0) * bRows, r1 = (s * aRows + i1) * bRows;
    out[r0 + j0] = s00, out[r0 + j1] = s01, out[r0 + j2] = s02, out[r0 + j3] = s03;
    out[r1 + j0] = s10, out[r1 + j1] = s11, out[r1 + j2] = s12, out[r1 + j3] = s13;
  }
}

/**
 * L2 lengths of the first `sizes[s]` columns of every row, in one pass: float64 [sizes, rows].
 *
 * @throws RangeError when a row holds a number that is not finite; `what` names the rows
 */
export function prefixNorms(range: RowRange, sizes: readonly number[], what: string): Float64Array {
  const { data, columns } = range.matrix;
  const rows = range.end - range.start;
  const norms = new Float64Array(sizes.length * rows);
  for (let row = 0; row < rows; row++) {
    const at = (range.start + row) * columns;
    let sum = 0;
    let column = 0;
    for (let s = 0; s < sizes.length; s++) {
      for (; column < sizes[s]; column++) sum += data[at + column] * data[at + column];
      norms[s * rows + row] = Math.sqrt(sum);
    }
    if (!Number.isFinite(sum)) throw notFinite(what, (range.offset ?? 0) + range.start + row);
  }
  return norms;
}

/** The error for a vector with NaN or an infinite number. */
export function notFinite(what: string, row: number): RangeError {
  return new RangeError(
    `Cannot evaluate: the vector of ${what} ${row} holds a number that is not finite; ` +
      "look for a training run that diverged, or for a damaged table",
  );
}
