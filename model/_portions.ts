import { type Matrix, zeroMatrix } from "./matrix.ts";

/** Characters after which timers and signals have their turn: some hundredths of a second. */
export const PORTION_CHARACTERS = 1 << 21;

/** Number of the text after those that are encoded at once. */
export function portionEnd(texts: readonly string[], start: number, batchSize: number): number {
  let end = start;
  for (
    let characters = 0;
    end < texts.length && end - start < batchSize && characters < PORTION_CHARACTERS;
    end++
  ) {
    characters += texts[end].length;
  }
  return end;
}

/** A matrix of vectors to be, in memory that was given or in new memory. */
export function matrixIn(out: Float32Array | undefined, rows: number, columns: number): Matrix {
  if (out === undefined) return zeroMatrix(rows, columns);
  if (out.length < rows * columns) {
    throw new RangeError(
      `Cannot encode into ${out.length} numbers: ${rows} vectors of ${columns} need ${rows * columns}; ` +
        "give a longer array",
    );
  }
  return { data: out.subarray(0, rows * columns), rows, columns };
}

/** Lets timers and signals run between batches. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
