/** Bytes of the header that {@linkcode npyHeader} writes, whatever the shape: room for any number of rows. */
export const NPY_HEADER_BYTES = 128;

/**
 * The header of a float32 matrix in NumPy's `.npy` format, version 1.0.
 *
 * @param rows Rows, 0 or more.
 * @param columns Columns, 1 or more.
 * @returns 128 bytes; the data follow, little-endian and row-major.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function npyHeader(rows: number, columns: number): Uint8Array {
  const magic = [0x93, ...new TextEncoder().encode("NUMPY"), 1, 0];
  const lengthBytes = 2;
  const room = NPY_HEADER_BYTES - magic.length - lengthBytes;
  const record = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const text = record.padEnd(room - 1) + "\n";
  return Uint8Array.from([...magic, room & 0xff, room >> 8, ...new TextEncoder().encode(text)]);
}
