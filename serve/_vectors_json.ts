import { LONGEST_FLOAT_TEXT, type Matrix, rowOf, writeFloats } from "../model/mod.ts";

const ascii = new TextDecoder(); // UTF-8 holds ASCII and is decoded seven times faster than Latin-1

/** Kept between requests, which never interrupt each other here; grows with the longest vector. */
let scratch = new Uint8Array(0);

/**
 * Each vector as a JSON list.
 *
 * @throws RangeError when a number is not finite
 */
export function floatLists(vectors: Matrix): string[] {
  const needed = vectors.columns * LONGEST_FLOAT_TEXT + 2;
  if (scratch.length < needed) scratch = new Uint8Array(needed);
  return Array.from({ length: vectors.rows }, (_, row) => {
    const end = writeFloats(rowOf(vectors, row), scratch, 0);
    return ascii.decode(scratch.subarray(0, end));
  });
}

/**
 * Each vector as a JSON string: base64 of its float32 numbers, little-endian.
 *
 * @throws RangeError when a number is not finite
 */
export function base64Strings(vectors: Matrix): string[] {
  return Array.from({ length: vectors.rows }, (_, row) => {
    const { buffer, byteOffset, byteLength } = checkFinite(rowOf(vectors, row));
    return `"${new Uint8Array(buffer, byteOffset, byteLength).toBase64()}"`;
  });
}

function checkFinite(vector: Float32Array): Float32Array {
  let zero = 0;
  for (let i = 0; i < vector.length; i++) zero += 0 * vector[i]; // NaN as soon as one number is not finite
  if (zero === 0) return vector;
  const wrong = vector.findIndex((value) => !Number.isFinite(value));
  throw new RangeError(
    `Cannot send a vector: its number ${wrong} is ${
      vector[wrong]
    }; look for a training run that diverged, or for a ` +
      "damaged table",
  );
}
