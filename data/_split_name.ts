/** A bound of a slice: rows, or percent of the split's rows; from the end if negative. */
export interface SliceBound {
  value: number;
  unit: "rows" | "percent";
}

/** A split and the rows of it that are taken. */
export interface SplitSlice {
  /** Name of the split. */
  split: string;
  /** First row taken; undefined for the first of the split. */
  start: SliceBound | undefined;
  /** First row not taken any more; undefined for the end of the split. */
  end: SliceBound | undefined;
}

/**
 * Reads `train`, `train[:5000]`, `train[100:]`, `train[100:200]`, `train[-1000:]` or `train[10%:20%]`.
 *
 * @throws {SyntaxError} if it is none of these
 */
export function parseSplit(text: string): SplitSlice {
  const match = /^([^[\]]+)(?:\[(?:(-?\d+)(%?))?:(?:(-?\d+)(%?))?\])?$/.exec(text);
  const start = match && toBound(match[2], match[3]);
  const end = match && toBound(match[4], match[5]);
  const isTooMuch = [start, end].some((bound) => bound?.unit === "percent" && Math.abs(bound.value) > 100);
  if (!match || isTooMuch) {
    const problem = isTooMuch ? "more than 100 %" : "no split or slice";
    throw new SyntaxError(
      `Cannot read split "${text}": it is ${problem}; write it as train, train[0:5000] or train[:10%]`,
    );
  }
  return { split: match[1], start: start ?? undefined, end: end ?? undefined };
}

function toBound(digits: string | undefined, percent: string | undefined): SliceBound | undefined {
  if (digits === undefined) return undefined;
  return { value: Number(digits), unit: percent === "%" ? "percent" : "rows" };
}

/** Whether the rows of a slice can only be told when it is known how many the split has. */
export function needsRowCount({ start, end }: SplitSlice): boolean {
  return [start, end].some((bound) => bound && (bound.unit === "percent" || bound.value < 0));
}

/**
 * The rows of a slice: `start` inclusive, `end` exclusive, Infinity if open. Percentages are rounded to whole rows, halves
 * to the even one, as the `datasets` library does.
 *
 * @param total rows of the split; asked for only if {@linkcode needsRowCount}
 */
export function rangeOf({ start, end }: SplitSlice, total: number): { start: number; end: number } {
  const toRow = ({ value, unit }: SliceBound): number => {
    const row = unit === "percent" ? roundHalfToEven(total * value / 100) : value;
    return value < 0 ? Math.max(0, total + row) : row;
  };
  const from = start ? toRow(start) : 0;
  return { start: from, end: Math.max(from, end ? toRow(end) : Infinity) };
}

function roundHalfToEven(value: number): number {
  const low = Math.floor(value);
  return value - low === 0.5 ? low + Math.abs(low % 2) : Math.round(value);
}
