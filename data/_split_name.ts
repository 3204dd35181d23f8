/** A split and the rows of it that are taken. */
export interface SplitSlice {
  /** Name of the split. */
  split: string;
  /** First row inclusive, last row exclusive; Infinity if open. */
  range: { start: number; end: number };
}

/**
 * Reads `train`, `train[:5000]`, `train[100:]` or `train[100:200]`.
 *
 * @throws {SyntaxError} if it is none of these
 */
export function parseSplit(text: string): SplitSlice {
  const match = /^([^[\]]+)(?:\[(\d*):(\d*)\])?$/.exec(text);
  if (!match) {
    throw new SyntaxError(
      `Cannot read split "${text}": it is no split or slice; write it as train or train[0:5000]`,
    );
  }
  const start = match[2] ? Number(match[2]) : 0;
  const end = match[3] ? Number(match[3]) : Infinity;
  return { split: match[1], range: { start, end: Math.max(start, end) } };
}
