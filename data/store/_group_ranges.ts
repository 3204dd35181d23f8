import { fixedBytes, GROUPS } from "./_shard_header.ts";
import type { FixedPieces, ShardFile } from "./_shard_file.ts";

/** Bytes of hashes and lengths that are read at once. */
const STEP_BYTES = 64 * 2 ** 20;

/**
 * Hashes and lengths of all rows, some groups at a time: of every shard the same groups. Between two steps other tasks
 * have their turn.
 *
 * @param shards all shards
 * @param columns text columns
 * @param signal ends it between two steps
 */
export async function* groupRanges(
  shards: readonly ShardFile[],
  columns: number,
  signal?: AbortSignal,
): AsyncGenerator<{ from: number; pieces: FixedPieces[] }> {
  const rows = shards.reduce((sum, { header }) => sum + header.rows, 0);
  const step = Math.min(GROUPS, Math.max(1, Math.floor(GROUPS * STEP_BYTES / (rows * fixedBytes(columns)))));
  for (let from = 0; from < GROUPS; from += step) {
    signal?.throwIfAborted();
    const to = Math.min(GROUPS, from + step);
    yield { from, pieces: shards.map((shard) => shard.readFixed(from, to)) };
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
