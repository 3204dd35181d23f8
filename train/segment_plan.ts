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

interface OpenSegment {
  segment: number;
  items: ArrayLike<number>;
}

/** A chunk of a segment: its place within its width's block. */
interface ChunkPlace {
  width: number;
  place: number;
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
  const segments = offsets.length - 1;
  const order = new Int32Array(segments);
  const indices: number[][] = [];
  const sizes: bigint[] = [];
  let open: OpenSegment[] = Array.from(
    { length: segments },
    (_, segment) => ({ segment, items: items.subarray(offsets[segment], offsets[segment + 1]) }),
  );
  let levelStart = 0;
  for (let level = 0; level < SEGMENT_LEVELS; level++) {
    const { blocks, places } = cutIntoChunks(open);
    blocks.forEach((block, i) => {
      if (block.length === 0) block.push(...new Array<number>(SEGMENT_WIDTHS[i]).fill(0));
    });
    indices.push(...blocks);
    sizes.push(...blocks.map((block) => BigInt(block.length)));
    const starts = blockStarts(blocks);
    const next: OpenSegment[] = [];
    open.forEach(({ segment }, i) => {
      const positions = places[i].map(({ width, place }) => starts[width] + place);
      if (positions.length === 1) order[segment] = levelStart + positions[0];
      else next.push({ segment, items: positions });
    });
    levelStart += blocks.reduce((rows, block, i) => rows + block.length / SEGMENT_WIDTHS[i], 0);
    open = next;
  }
  if (open.length > 0) {
    throw new RangeError(`Cannot plan: segment ${open[0].segment} has too many items; use smaller batches`);
  }
  return { indices: Int32Array.from(indices.flat()), sizes: BigInt64Array.from(sizes), order };
}

function cutIntoChunks(
  open: readonly OpenSegment[],
): { blocks: number[][]; places: ChunkPlace[][] } {
  const blocks: number[][] = SEGMENT_WIDTHS.map(() => []);
  const places = open.map(({ segment, items }) => {
    if (items.length === 0) {
      throw new RangeError(`Cannot plan: segment ${segment} is empty; leave empty segments out`);
    }
    const chunks: ChunkPlace[] = [];
    for (let from = 0; from < items.length;) {
      const width = SEGMENT_WIDTHS.findLastIndex((w) => w <= items.length - from);
      const block = blocks[width];
      chunks.push({ width, place: block.length / SEGMENT_WIDTHS[width] });
      for (const end = from + SEGMENT_WIDTHS[width]; from < end; from++) block.push(items[from]);
    }
    return chunks;
  });
  return { blocks, places };
}

/** Row at which each width's results start when they lie one after the other. */
function blockStarts(blocks: readonly (readonly number[])[]): number[] {
  let start = 0;
  return blocks.map((block, width) => {
    const here = start;
    start += block.length / SEGMENT_WIDTHS[width];
    return here;
  });
}
