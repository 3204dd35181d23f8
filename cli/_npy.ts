import type { VectorCodes } from "./_vector_codes.ts";

/** Bytes of the header that {@linkcode npyHeader} writes, whatever the shape: room for any number of rows. */
export const NPY_HEADER_BYTES = 128;

/** What a matrix in a `.npy` file looks like. */
export interface NpyShape {
  /** Rows, 0 or more. */
  rows: number;
  /** Columns, 1 or more. */
  columns: number;
  /** Type of the numbers. */
  type: keyof typeof DESCRIPTIONS;
}

/** NumPy's names of types: byte order, kind, bytes. */
const DESCRIPTIONS = { float32: "<f4", float16: "<f2", int8: "|i1", uint8: "|u1" } as const;

/**
 * The header of a matrix in NumPy's `.npy` format, version 1.0.
 *
 * @param shape Rows, columns and type.
 * @returns 128 bytes; the data follow, little-endian and row-major.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function npyHeader({ rows, columns, type }: NpyShape): Uint8Array {
  const magic = [0x93, ...new TextEncoder().encode("NUMPY"), 1, 0];
  const lengthBytes = 2;
  const room = NPY_HEADER_BYTES - magic.length - lengthBytes;
  const record = `{'descr': '${
    DESCRIPTIONS[type]
  }', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const text = record.padEnd(room - 1) + "\n";
  return Uint8Array.from([...magic, room & 0xff, room >> 8, ...new TextEncoder().encode(text)]);
}

/** The bytes of vectors in a `.npy` file. */
export function npyBytes({ codes }: VectorCodes): Uint8Array {
  return new Uint8Array(codes.buffer, codes.byteOffset, codes.byteLength);
}
