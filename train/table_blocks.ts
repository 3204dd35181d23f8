import { concat, split, type Value } from "../graph/mod.ts";

/** Bytes of one binding that every WebGPU device promises (`maxStorageBufferBindingSize`): no table is larger there. */
export const BINDING_BYTES: number = 128 * 2 ** 20;

/** Columns that a WebGPU kernel takes at a time. */
const VECTOR = 4;

/** Most values that one operator joins or cuts: WebGPU promises eight buffers for each. */
const MOST_VALUES = 7;

/**
 * Widths of the blocks of columns in which a table float32 [vocab, dim] is kept, so that none is larger than a limit.
 *
 * @param limit bytes; Infinity: one block
 * @throws {RangeError} if not even four columns fit
 */
export function tableBlocks(vocab: number, dim: number, limit: number): number[] {
  const bytesPerColumn = 4 * vocab;
  if (bytesPerColumn * dim <= limit) return [dim];
  const widest = Math.floor(limit / bytesPerColumn / VECTOR) * VECTOR;
  if (widest === 0) {
    throw new RangeError(
      `Cannot cut a table of ${vocab} rows into blocks of ${limit} bytes: four columns are larger; ` +
        "use a smaller vocabulary",
    );
  }
  const count = Math.ceil(dim / widest);
  const width = Math.ceil(dim / count / VECTOR) * VECTOR;
  return Array.from({ length: count }, (_, i) => Math.min(width, dim - i * width)).filter((each) => each > 0);
}

/** Name of a block of a table: the table's own if it is the only one. */
export function tableBlockName(name: string, block: number, blocks: readonly number[]): string {
  return blocks.length === 1 ? name : `${name}_${block}`;
}

/** Blocks of columns side by side, as one matrix. */
export function joinColumns(parts: readonly Value[]): Value {
  let joined = [...parts];
  while (joined.length > MOST_VALUES) joined = groupsOf(joined).map((group) => concat(group, 1));
  return concat(joined, 1);
}

/** A matrix cut into blocks of columns of the given widths. */
export function cutColumns(x: Value, widths: readonly number[]): readonly Value[] {
  if (widths.length <= MOST_VALUES) return split(x, 1, widths);
  const groups = groupsOf(widths);
  const parts = cutColumns(x, groups.map((group) => group.reduce((a, b) => a + b)));
  return groups.flatMap((group, i) => cutColumns(parts[i], group));
}

function groupsOf<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / MOST_VALUES);
  return Array.from({ length: count }, (_, i) => items.slice(i * MOST_VALUES, (i + 1) * MOST_VALUES));
}
