import {
  type CalibrationRanges,
  type Matrix,
  type QuantizedPrecision,
  quantizeVectors,
} from "../model/mod.ts";
import type { ColumnCodes } from "../data/mod.ts";

/** How the numbers of vectors can be written. */
export const PRECISIONS = ["float32", "float16", "int8", "uint8", "binary", "ubinary"] as const;

/** How the numbers of vectors are written. */
export type VectorPrecision = typeof PRECISIONS[number];

/** Vectors as they are written, row after row. */
export interface VectorCodes {
  /** [rows, width], row-major. */
  codes: ColumnCodes;
  /** How many vectors. */
  rows: number;
  /** Numbers, or bytes of packed bits, of a vector. */
  width: number;
}

/** The largest float16. */
const LARGEST_FLOAT16 = 65504;

/**
 * Numbers of a vector as it is written: eight bits go into one.
 *
 * @param precision How they are written.
 * @param columns How many the vector has.
 */
export function codeWidth(precision: VectorPrecision, columns: number): number {
  return precision.endsWith("binary") ? Math.ceil(columns / 8) : columns;
}

/** The type of {@linkcode VectorCodes.codes}. */
export function codeType(precision: VectorPrecision): "float32" | "float16" | "int8" | "uint8" {
  if (precision === "binary") return "int8";
  return precision === "ubinary" ? "uint8" : precision;
}

/** Whether a precision needs to know the smallest and largest number of every column. */
export function needsRanges(precision: VectorPrecision): boolean {
  return precision === "int8" || precision === "uint8";
}

/**
 * Vectors as they are written.
 *
 * @param matrix float32 [rows, columns]; float32 codes are these very numbers
 * @param precision how they are written
 * @param ranges for int8 and uint8
 * @throws {RangeError} if a number is too large for float16
 */
export function vectorCodes(
  matrix: Matrix,
  precision: VectorPrecision,
  ranges?: CalibrationRanges,
): VectorCodes {
  const width = codeWidth(precision, matrix.columns);
  return { codes: codesOf(matrix, precision, ranges), rows: matrix.rows, width };
}

function codesOf(matrix: Matrix, precision: VectorPrecision, ranges?: CalibrationRanges): ColumnCodes {
  if (precision === "float32") return matrix.data;
  if (precision !== "float16") return quantizeVectors(matrix, precision satisfies QuantizedPrecision, ranges);
  const halves = Float16Array.from(matrix.data);
  const wrong = halves.findIndex((value) => !Number.isFinite(value));
  if (wrong === -1) return halves;
  throw new RangeError(
    `Cannot write ${matrix.data[wrong]} as float16: it is above ${LARGEST_FLOAT16}; ` +
      "write float32, or give --normalize",
  );
}
