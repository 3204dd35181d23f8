/** Bits of a value by which it is told from others: sign, exponent and 11 of the mantissa. */
const BIN_BITS = 20;

/** Number of bins. */
export const VALUE_BINS: number = 2 ** BIN_BITS;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/**
 * Bin of a finite float32 value: a smaller value has a smaller bin or the same one. Whole numbers up to 4,096 have bins of
 * their own; two larger or broken values may share one if they differ by less than 1 in 2,048.
 */
export function binOf(value: number): number {
  float[0] = value === 0 ? 0 : value; // -0 is 0
  const word = bits[0];
  // Positive numbers are ordered as their bits, negative ones the other way round and below them.
  const ascending = word >>> 31 === 1 ? ~word : word | 0x80000000;
  return ascending >>> (32 - BIN_BITS);
}
