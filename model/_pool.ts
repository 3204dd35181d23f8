import type { EmbeddingTable } from "./embedding_table.ts";
import { normalizeRow } from "./matrix.ts";

/** Rows of the table that the texts use: text i is rows[offsets[i] .. offsets[i+1]). */
export interface RowBags {
  /** int32 [tokens]: row of the table for every token, each within the table. */
  rows: Int32Array;
  /** int32 [texts + 1], from 0, never falling. */
  offsets: Int32Array;
  /** float64 [tokens]: factor of every token's row; without it every factor is 1. */
  weights?: Float64Array;
}

/** What {@link poolMean} reads from and writes to. */
export interface PoolBuffers {
  /** [rows, dim], row-major. */
  table: EmbeddingTable;
  /** Columns of the table. */
  dim: number;
  /** Columns that are read and written, 1 to `dim`: the first ones of every row. */
  columns: number;
  /** float32 [texts, columns], row-major: receives the means. */
  out: Float32Array;
}

/** A text of more tokens is summed in blocks: a float32 sum of like-sized numbers stands still at 2^24 of them. */
const LONG_TEXT = 1 << 16;
/** Tokens of a block, or twice the columns if that is more. */
const LONG_BLOCK = 1 << 13;

/**
 * The mean of the table rows of every text; a text without rows gets zeros. The kernels give the same bits many times
 * faster; this is for tables that are larger than their memory, and what the kernels are compared with.
 *
 * Sums are float32 and in the order of the tokens, the division comes last: the bits of torch's EmbeddingBag. (float64
 * sums would be closer to the truth, and 2e-6 away from the reference on a text of 138 tokens.) Columns are
 * independent of each other. Weighted rows are summed in
 * float64, as Model2Vec does. A text of more than 65,536 tokens is summed in blocks, and their sums in float64.
 */
export function poolMean(bags: RowBags, buffers: PoolBuffers): void {
  const { columns } = buffers;
  for (let text = 0; text + 1 < bags.offsets.length; text++) {
    const start = bags.offsets[text];
    const end = bags.offsets[text + 1];
    const rows = bags.rows.subarray(start, end);
    const out = buffers.out.subarray(text * columns, (text + 1) * columns);
    const block = Math.max(LONG_BLOCK, 2 * columns);
    if (bags.weights !== undefined) {
      sumWeightedRows({ rows, weights: bags.weights.subarray(start, end) }, buffers, out);
    } else if (rows.length > LONG_TEXT && rows.length > block) {
      longMean({ rows, block }, buffers, out);
      continue;
    } else sumRows(rows, buffers, out);
    const count = Math.max(rows.length, 1);
    for (let column = 0; column < columns; column++) out[column] /= count;
  }
}

function longMean(
  { rows, block }: { rows: Int32Array; block: number },
  buffers: PoolBuffers,
  out: Float32Array,
): void {
  const totals = new Float64Array(out.length);
  for (let from = 0; from < rows.length; from += block) {
    sumRows(rows.subarray(from, from + block), buffers, out);
    for (let column = 0; column < totals.length; column++) totals[column] += out[column];
  }
  for (let column = 0; column < totals.length; column++) out[column] = totals[column] / rows.length;
}

/** Four rows at a time, added one after the other: one load and one store of the sums serve four rows. */
function sumRows(rows: Int32Array, { table, dim, columns }: PoolBuffers, out: Float32Array): void {
  const round = Math.fround;
  out.fill(0);
  const inFours = rows.length - rows.length % 4;
  for (let token = 0; token < inFours; token += 4) {
    const a = rows[token] * dim;
    const b = rows[token + 1] * dim;
    const c = rows[token + 2] * dim;
    const d = rows[token + 3] * dim;
    for (let column = 0; column < columns; column++) {
      const two = round(round(out[column] + table[a + column]) + table[b + column]);
      out[column] = round(two + table[c + column]) + table[d + column];
    }
  }
  for (let token = inFours; token < rows.length; token++) {
    const a = rows[token] * dim;
    for (let column = 0; column < columns; column++) out[column] += table[a + column];
  }
}

function sumWeightedRows(
  { rows, weights }: { rows: Int32Array; weights: Float64Array },
  { table, dim, columns }: PoolBuffers,
  out: Float32Array,
): void {
  const sums = new Float64Array(columns);
  for (let token = 0; token < rows.length; token++) {
    const at = rows[token] * dim;
    const weight = weights[token];
    for (let column = 0; column < columns; column++) sums[column] += weight * table[at + column];
  }
  out.set(sums);
}

/** Divides every row of `out` (float32 [texts, columns]) by its L2 length; zero rows stay zero. */
export function normalizePooled(out: Float32Array, columns: number): void {
  for (let at = 0; at < out.length; at += columns) {
    const row = out.subarray(at, at + columns);
    normalizeRow(row, row);
  }
}
