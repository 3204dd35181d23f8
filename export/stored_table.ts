import type { Precision } from "./precision.ts";

/** A table as it is stored. */
export interface StoredTable {
  /** [rows, dim], row-major. */
  readonly data: Float32Array | Float16Array | Int8Array;
  /** float32 [rows]: what the numbers of each row are multiplied by; without it they are taken as they are. */
  readonly scales?: Float32Array;
}

/** Largest whole number of a row: -128 is left out, so that a row and its negative are stored alike. */
const LARGEST_INT8 = 127;

/** Largest finite number of float16. */
const LARGEST_FLOAT16 = 65_504;

/**
 * A table in the precision that it is to be stored in. int8 rows have a scale each, so that frequent tokens, whose rows
 * are short, keep as many digits as rare ones: the error is at most half of 1/127 of the row's largest number.
 *
 * @param table float32 [rows, dim], row-major
 * @param dim numbers a row
 * @param precision how to store it
 * @throws RangeError when a number is too large for float16, or not finite
 */
export function storeTable(table: Float32Array, dim: number, precision: Precision): StoredTable {
  if (precision === "float32") return { data: table };
  const limit = precision === "float16" ? LARGEST_FLOAT16 : Number.MAX_VALUE;
  const wrong = table.findIndex((value) => !(Math.abs(value) <= limit));
  if (wrong !== -1) {
    throw new RangeError(
      `Cannot store the table as ${precision}: row ${Math.floor(wrong / dim)} holds ${table[wrong]}; ` +
        "store it as float32, or look for a training run that diverged",
    );
  }
  return precision === "float16" ? { data: new Float16Array(table) } : toInt8(table, dim);
}

function toInt8(table: Float32Array, dim: number): StoredTable {
  const rows = table.length / dim;
  const data = new Int8Array(table.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let largest = 0;
    for (let i = row * dim; i < (row + 1) * dim; i++) largest = Math.max(largest, Math.abs(table[i]));
    if (largest === 0) continue;
    scales[row] = largest / LARGEST_INT8;
    for (let i = row * dim; i < (row + 1) * dim; i++) {
      const level = Math.round(table[i] / scales[row]);
      data[i] = Math.max(-LARGEST_INT8, Math.min(LARGEST_INT8, level));
    }
  }
  return { data, scales };
}
