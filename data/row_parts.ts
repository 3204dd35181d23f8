import type { RowWindow } from "./row_source.ts";

/** Some rows of a pass over a data set, in the order in which they are to be used. */
export interface RowPart {
  /** Where the rows are. */
  window: RowWindow;
  /** Rows of the window that come now, in random order. */
  order: Uint32Array;
  /**
   * Whether a row may be used when its turn has come; it is asked once for every row, and the others are passed over.
   *
   * @default all may
   */
  admits?: (row: number) => boolean;
}

/** The rows of a pass over a data set, part by part, so that not all are in memory at a time. */
export interface RowParts {
  /** Whether another part follows. */
  readonly hasNext: boolean;
  /**
   * The next part. The window before it may be written over.
   *
   * @param kept rows of the window before it that are still needed: they become the first rows of the new window, in this
   * order
   */
  next(kept: Uint32Array): RowPart;
}

/** Rows in memory as one part. */
export function onePart(part: RowPart): RowParts {
  let hasNext = true;
  return {
    get hasNext() {
      return hasNext;
    },
    next() {
      hasNext = false;
      return part;
    },
  };
}
