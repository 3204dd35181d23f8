/**
 * Sums of segments without atomics, from Gather and ReduceSum only: the same batch gives the same bits on every
 * execution provider.
 *
 * Each segment's items are cut into chunks whose widths come from a short list; all chunks of one width are one
 * gathered block [chunks, width, dim] that is summed over its middle axis. The partial sums are the items of the next
 * level. Segments are not padded; a width that no segment needs gets one chunk of item 0 that nobody reads, because
 * WebGPU refuses tensors without elements.
 */

/** Chunk widths. Any remainder below 16 takes at most two chunks, so partial sums shrink quickly. */
export const SEGMENT_WIDTHS: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 64, 128];

/** Levels: enough for segments of 128^4 / 2 items. */
export const SEGMENT_LEVELS = 4;

/** A plan as the inputs of a graph. */
export interface SegmentPlan {
  /** int32: items of every chunk, by level and width; those of a level refer to the results of the level before. */
  indices: Int32Array;
  /** int64 [levels * widths]: how many of `indices` belong to each level and width; none is 0. */
  sizes: BigInt64Array;
  /** int32 [segments]: where each segment's sum lies in the results of all levels, one after the other. */
  order: Int32Array;
}

/** For every number of items that are left, up to the largest width, which width the next chunk has. */
const NEXT_WIDTH = Uint8Array.from(
  { length: SEGMENT_WIDTHS.at(-1)! + 1 },
  (_, left) => Math.max(0, SEGMENT_WIDTHS.findLastIndex((width) => width <= left)),
);

/** Segments that are not one number yet. */
interface OpenSegments {
  /** Their numbers. */
  segments: Int32Array;
  /** Their items, one segment after the other. */
  items: Int32Array<ArrayBufferLike>;
  /** Where each begins; one entry more than there are segments. */
  offsets: Int32Array<ArrayBufferLike>;
}

/** Items and chunks of one level. */
interface Level {
  /** Items of every chunk, by width. */
  indices: Int32Array;
  /** How many of them belong to each width. */
  sizes: number[];
  /** Chunks. */
  rows: number;
  /** Segments that became several chunks, which are the items of the next level. */
  open: OpenSegments;
}

/**
 * Plans the sums of segments.
 *
 * @param items item numbers, grouped by segment
 * @param offsets segment s holds `items[offsets[s] .. offsets[s + 1])`; none is empty
 * @throws {RangeError} if a segment is empty
 */
export function planSegments(
  items: Int32Array<ArrayBufferLike>,
  offsets: Int32Array<ArrayBufferLike>,
): SegmentPlan {
  const segments = Int32Array.from({ length: offsets.length - 1 }, (_, segment) => segment);
  const empty = segments.find((segment) => offsets[segment] === offsets[segment + 1]);
  if (empty !== undefined) {
    throw new RangeError(`Cannot plan: segment ${empty} is empty; leave empty segments out`);
  }
  const order = new Int32Array(segments.length);
  const levels: Level[] = [];
  let open: OpenSegments = { segments, items, offsets };
  let rows = 0;
  for (let level = 0; level < SEGMENT_LEVELS; level++) {
    levels.push(planLevel(open, rows, order));
    rows += levels[level].rows;
    open = levels[level].open;
  }
  if (open.segments.length > 0) {
    throw new RangeError(
      `Cannot plan: segment ${open.segments[0]} has too many items; use smaller batches`,
    );
  }
  const indices = new Int32Array(levels.reduce((sum, level) => sum + level.indices.length, 0));
  let end = 0;
  for (const level of levels) {
    indices.set(level.indices, (end += level.indices.length) - level.indices.length);
  }
  const sizes = BigInt64Array.from(levels.flatMap((level) => level.sizes), BigInt);
  return { indices, sizes, order };
}

/**
 * Cuts segments into chunks.
 *
 * @param rowsBefore chunks of the levels before
 * @param out order: takes the places of the segments that are one chunk
 */
function planLevel(open: OpenSegments, rowsBefore: number, out: Int32Array): Level {
  const { segments, items, offsets } = open;
  const counts = countChunks(offsets);
  const sizes = SEGMENT_WIDTHS.map((width, w) => Math.max(1, counts[w]) * width);
  // Where the next chunk of each width goes: its items, and its result.
  const at = Int32Array.from(sizes, (_, w) => sizes.slice(0, w).reduce((a, b) => a + b, 0));
  const place = Int32Array.from(sizes, (_, w) => chunksBefore(sizes, w));
  const rows = chunksBefore(sizes, sizes.length);
  const indices = new Int32Array(at[at.length - 1] + sizes[sizes.length - 1]);
  const next = { segments: new Int32Array(segments.length), items: new Int32Array(rows), ends: [0] };
  let [several, used] = [0, 0];
  for (let s = 0; s < segments.length; s++) {
    const first = used;
    for (let from = offsets[s]; from < offsets[s + 1];) {
      const w = nextWidth(offsets[s + 1] - from);
      for (const end = from + SEGMENT_WIDTHS[w]; from < end;) indices[at[w]++] = items[from++];
      next.items[used++] = place[w]++;
    }
    if (used > first + 1) {
      next.segments[several++] = segments[s];
      next.ends.push(used);
    } else {
      out[segments[s]] = rowsBefore + next.items[--used];
    }
  }
  return {
    indices,
    sizes,
    rows,
    open: {
      segments: next.segments.subarray(0, several),
      items: next.items.subarray(0, used),
      offsets: Int32Array.from(next.ends),
    },
  };
}

/** How many chunks of each width segments are cut into. */
function countChunks(offsets: Int32Array<ArrayBufferLike>): Int32Array {
  const counts = new Int32Array(SEGMENT_WIDTHS.length);
  for (let s = 0; s + 1 < offsets.length; s++) {
    for (let left = offsets[s + 1] - offsets[s]; left > 0;) {
      const w = nextWidth(left);
      counts[w]++;
      left -= SEGMENT_WIDTHS[w];
    }
  }
  return counts;
}

/** Chunks of the widths before one. */
function chunksBefore(sizes: readonly number[], width: number): number {
  let rows = 0;
  for (let w = 0; w < width; w++) rows += sizes[w] / SEGMENT_WIDTHS[w];
  return rows;
}

/** Place of the width of the next chunk: the largest that is not more than what is left. */
function nextWidth(left: number): number {
  return NEXT_WIDTH[Math.min(left, NEXT_WIDTH.length - 1)];
}
