import type { ResolvedSource } from "./source.ts";

/** A source has no rows, or a slice of it none. */
export function noRows({ name, range: { start, end } }: ResolvedSource): RangeError {
  if (start === 0 && end === Infinity) {
    return new RangeError(`Cannot read ${name}: it has no rows; give a source with rows`);
  }
  const slice = `[${start}:${end === Infinity ? "" : end}]`;
  return new RangeError(`Cannot read ${name}: it has no rows in the slice ${slice}; take a slice with rows`);
}
