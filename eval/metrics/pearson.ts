/**
 * Numbers that differ by less than this share of the largest count as one number: float64 sums of some hundred
 * products are wrong by about 1e-14 of it, and such noise must not be correlated.
 */
const CONSTANT = 1e-12;

/**
 * Pearson's correlation of two lists of numbers.
 *
 * @param x n numbers
 * @param y n numbers
 * @returns -1 to 1, or null where it is undefined: fewer than two numbers, or all numbers of a list are the same
 * @throws TypeError when the lists differ in length
 */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  if (x.length !== y.length) {
    throw new TypeError(
      `Cannot correlate: the lists have ${x.length} and ${y.length} numbers; give lists of one length`,
    );
  }
  if (isConstant(x) || isConstant(y)) return null;
  const meanX = mean(x);
  const meanY = mean(y);
  let xx = 0;
  let yy = 0;
  let xy = 0;
  for (let i = 0; i < x.length; i++) {
    const a = x[i] - meanX;
    const b = y[i] - meanY;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

/**
 * Whether a list has no two different numbers, up to rounding; a correlation with it is undefined.
 *
 * @param x any numbers
 */
export function isConstant(x: ArrayLike<number>): boolean {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < x.length; i++) {
    low = Math.min(low, x[i]);
    high = Math.max(high, x[i]);
  }
  return !(high - low > CONSTANT * Math.max(Math.abs(high), Math.abs(low)));
}

function mean(x: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum / x.length;
}
