import type { ShardJob } from "./_jobs.ts";
import type { ShardHeader } from "./_shard_header.ts";
import type { StoreUnit } from "./_units.ts";

/**
 * The jobs that make a store complete.
 *
 * @param headers those of the shards that are there
 * @returns nothing if the shards are all there; undefined if they do not fit together
 */
export function missingJobs(
  units: readonly StoreUnit[],
  headers: readonly ShardHeader[],
): ShardJob[] | undefined {
  const jobs: ShardJob[] = [];
  const sorted = headers.toSorted((a, b) => a.unit - b.unit || a.part - b.part);
  for (let unit = 0, next = 0; unit < units.length; unit++) {
    let [part, row, isComplete] = [0, 0, false];
    for (; next < sorted.length && sorted[next].unit === unit; next++) {
      const there = sorted[next];
      if (isComplete || there.start < row || (there.part === part) !== (there.start === row)) {
        return undefined;
      }
      if (there.part > part) jobs.push({ kind: "shards", unit, part, start: row, end: there.start });
      [part, row, isComplete] = [there.part + 1, there.end, there.last];
    }
    if (!isComplete) jobs.push({ kind: "shards", unit, part, start: row, end: null });
  }
  return jobs;
}
