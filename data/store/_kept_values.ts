import { groupRanges } from "./_group_ranges.ts";
import { KEPT, RowChoice } from "./_row_choice.ts";
import { type FixedPieces, fixedWords, type ShardFile } from "./_shard_file.ts";
import type { TokenStoreSpec } from "./token_store.ts";

/** Some groups of one shard. */
export interface ShardGroups {
  /** Place of the shard in the store. */
  shard: number;
  /** First group. */
  from: number;
  /** Hashes of its rows and lengths of their texts. */
  pieces: FixedPieces;
}

/**
 * A value for every row to train on, in the order in which the store gives them: group by group, within a group in the
 * order of the shards. Hashes and lengths are read, not the texts.
 *
 * @param valuesOf gives a value for every row of some groups of a shard, whatever becomes of it
 * @param signal ends it between two steps
 */
export async function* keptValues(
  spec: TokenStoreSpec,
  shards: readonly ShardFile[],
  { valuesOf, signal }: { valuesOf: (groups: ShardGroups) => Float32Array; signal?: AbortSignal },
): AsyncGenerator<Float32Array> {
  const { columnCount, groupRepeats } = spec;
  const choice = new RowChoice(spec, columnCount);
  for await (const { from, pieces } of groupRanges(shards, columnCount, signal)) {
    const fates = choice.choose(pieces, (group) => groupRepeats[from + group] > 0);
    const values = pieces.map((each, shard) => valuesOf({ shard, from, pieces: each }));
    yield keptOf(values, fates, pieces.map((each) => rowStartsOf(each, columnCount)));
  }
}

/** Row of a shard's piece with which every group begins, and behind the last. */
export function rowStartsOf({ starts }: FixedPieces, columns: number): Uint32Array {
  // Every group ends with a word of checksum.
  return starts.map((start, group) => (start - starts[0] - group) / fixedWords(columns));
}

function keptOf(
  values: readonly Float32Array[],
  fates: readonly Uint8Array[],
  rowStarts: readonly Uint32Array[],
): Float32Array {
  const kept = new Float32Array(values.reduce((sum, { length }) => sum + length, 0));
  let count = 0;
  const groups = values.length === 0 ? 0 : rowStarts[0].length - 1;
  for (let group = 0; group < groups; group++) {
    for (let shard = 0; shard < values.length; shard++) {
      for (let row = rowStarts[shard][group]; row < rowStarts[shard][group + 1]; row++) {
        if (fates[shard][row] === KEPT) kept[count++] = values[shard][row];
      }
    }
  }
  return kept.subarray(0, count);
}

/** Tokens of every row, all columns together. */
export function rowLengths({ pieces }: ShardGroups, columns: number): Float32Array {
  const { words, starts } = pieces;
  const rowStarts = rowStartsOf(pieces, columns);
  const lengths = new Float32Array(rowStarts[rowStarts.length - 1]);
  for (let group = 0; group + 1 < starts.length; group++) {
    const rows = rowStarts[group + 1] - rowStarts[group];
    for (let c = 0; c < columns; c++) {
      const at = starts[group] + (2 + c) * rows;
      for (let row = 0; row < rows; row++) lengths[rowStarts[group] + row] += words[at + row];
    }
  }
  return lengths;
}
