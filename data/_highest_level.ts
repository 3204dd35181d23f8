/**
 * The highest level to which values can be cut so that they add up to `sum` at most; infinite if they do as they are.
 *
 * @param values each from 0 on
 */
export function highestLevel(values: ArrayLike<number>, sum: number): number {
  const ascending = Float64Array.from(values).sort();
  let left = sum;
  for (let i = 0; i < ascending.length; i++) {
    const level = left / (ascending.length - i);
    if (ascending[i] > level) return level;
    left -= ascending[i];
  }
  return Infinity;
}
