import { ShardFile } from "./_shard_file.ts";

/** Files that are kept open at once; a process may often have 1,024. */
const OPEN_FILES = 128;

/**
 * Opens the shards of a store.
 *
 * @param names file names
 * @throws {DamagedShardError} if one is missing or not whole
 */
export function openShards(folder: string, names: readonly string[]): ShardFile[] {
  return names.map((name) => ShardFile.open(`${folder}/${name}`, names.length <= OPEN_FILES));
}
