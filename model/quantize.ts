import type { Matrix } from "./matrix.ts";

/** How quantised numbers are written, by the reference's names. */
export type QuantizedPrecision = "int8" | "uint8" | "binary" | "ubinary";

/** The smallest and the largest number of every column, from which 8-bit codes are calibrated. */
export interface CalibrationRanges {
  /** float32 [columns]. */
  low: Float32Array;
  /** float32 [columns]. */
  high: Float32Array;
}

/**
 * The range of every column over some vectors: the reference's calibration.
 *
 * @param matrix float32 [rows, columns], at least one row
 * @param before ranges that are to be widened; none at first
 */
export function calibrationRanges(matrix: Matrix, before?: CalibrationRanges): CalibrationRanges {
  const { data, columns } = matrix;
  const low = before?.low.slice() ?? new Float32Array(columns).fill(Infinity);
  const high = before?.high.slice() ?? new Float32Array(columns).fill(-Infinity);
  for (let start = 0; start < data.length; start += columns) {
    for (let column = 0; column < columns; column++) {
      const value = data[start + column];
      if (value < low[column]) low[column] = value;
      if (value > high[column]) high[column] = value;
    }
  }
  return { low, high };
}

/**
 * Quantises vectors as Sentence Transformers' `quantize_embeddings` does, in float32:
 * `uint8 = floor((x - low) / step)` with `step = (high - low) / 255`, and `int8 = uint8 - 128`;
 * `ubinary` has one bit a number, 1 for `x > 0`, the first number in the highest bit; `binary` is that minus 128.
 *
 * Two cases in which the reference's result is undefined are defined here: numbers outside the range get the nearest
 * code, and a column whose range is empty gets 0 (int8) or 128 (uint8).
 *
 * @param matrix float32 [rows, columns]
 * @param precision how codes are written
 * @param ranges for 8-bit codes; those of the vectors themselves by default
 * @returns int8 or uint8 [rows, columns], binary ones [rows, ceil(columns / 8)], row-major
 */
export function quantizeVectors(
  matrix: Matrix,
  precision: QuantizedPrecision,
  ranges?: CalibrationRanges,
): Int8Array | Uint8Array {
  const bits = precision === "binary" || precision === "ubinary";
  const codes = bits ? packBits(matrix) : uint8Codes(matrix, ranges ?? calibrationRanges(matrix));
  if (precision === "uint8" || precision === "ubinary") return codes;
  for (let i = 0; i < codes.length; i++) codes[i] ^= 128; // 128 less, as int8
  return new Int8Array(codes.buffer);
}

/**
 * Quantised vectors as a matrix that can be compared like any other: the numbers that the codes stand for,
 * `low + (code + 128.5) step` for int8 (the middle of the code's range), 1 and -1 for bits, whose product is
 * `columns - 2 * Hamming distance`. Every number depends on its own column alone, so that the first columns of the
 * result are the quantised first columns.
 *
 * @param matrix float32 [rows, columns]
 * @param precision how the vectors are stored
 * @param ranges calibration of int8; that of the vectors themselves by default
 * @returns float32 [rows, columns]
 */
export function quantizedValues(
  matrix: Matrix,
  precision: "int8" | "binary",
  ranges: CalibrationRanges = calibrationRanges(matrix),
): Matrix {
  const { rows, columns, data } = matrix;
  if (precision === "binary") return { data: data.map((value) => value > 0 ? 1 : -1), rows, columns };
  const { low, high } = ranges;
  const values = Float32Array.from(uint8Codes(matrix, ranges), (code, i) => {
    const column = i % columns;
    return low[column] + (code + 0.5) * (high[column] - low[column]) / 255;
  });
  return { data: values, rows, columns };
}

/**
 * Bytes of one stored vector.
 *
 * @param precision how its numbers are written
 * @param columns how many it has
 */
export function vectorBytes(precision: "float32" | "int8" | "binary", columns: number): number {
  if (precision === "binary") return Math.ceil(columns / 8);
  return precision === "int8" ? columns : 4 * columns;
}

function uint8Codes({ data, columns }: Matrix, { low, high }: CalibrationRanges): Uint8Array<ArrayBuffer> {
  const steps = low.map((value, column) => Math.fround(high[column] - value) / 255);
  const codes = new Uint8Array(data.length);
  for (let start = 0; start < data.length; start += columns) {
    for (let column = 0; column < columns; column++) {
      const place = Math.fround(Math.fround(data[start + column] - low[column]) / steps[column]);
      codes[start + column] = steps[column] === 0 ? 128 : Math.min(255, Math.max(0, place));
    }
  }
  return codes;
}

function packBits({ data, rows, columns }: Matrix): Uint8Array<ArrayBuffer> {
  const width = Math.ceil(columns / 8);
  const bytes = new Uint8Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (data[row * columns + column] > 0) bytes[row * width + (column >> 3)] |= 128 >> (column & 7);
    }
  }
  return bytes;
}
