/**
 * The sizes of a truncation curve: ascending, each once; without a wish the full size alone.
 *
 * @throws RangeError when a size is not 1 to `dim`
 */
export function checkedSizes(truncate: readonly number[] | undefined, dim: number): number[] {
  const sizes = truncate === undefined || truncate.length === 0 ? [dim] : [...new Set(truncate)];
  const wrong = sizes.find((size) => !Number.isInteger(size) || size < 1 || size > dim);
  if (wrong !== undefined) {
    throw new RangeError(
      `Cannot evaluate at ${wrong} dimensions: the vectors have ${dim}; truncate to whole numbers from 1 to ${dim}`,
    );
  }
  return sizes.sort((a, b) => a - b);
}
