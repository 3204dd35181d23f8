import { listShardNames } from "./_store_state.ts";
import { DamagedShardError, ShardFile } from "./_shard_file.ts";
import { removeIfThere } from "./_write_whole.ts";

/** A shard that was found damaged. */
export interface ShardFault {
  /** File name. */
  name: string;
  /** What is wrong with it, as a sentence. */
  message: string;
}

/**
 * Reads every byte of a token store and compares the checksums. Damaged shards are removed: the next preparing makes them
 * again, and only them.
 *
 * @param folder folder of the store
 * @param signal ends the work between two shards
 * @returns the shards that were damaged
 */
export async function verifyStore(folder: string, signal?: AbortSignal): Promise<ShardFault[]> {
  const faults: ShardFault[] = [];
  for (const name of listShardNames(folder)) {
    signal?.throwIfAborted();
    try {
      ShardFile.open(`${folder}/${name}`).verify();
    } catch (error) {
      if (!(error instanceof DamagedShardError)) throw error;
      faults.push({ name, message: error.message });
      removeIfThere(error.path);
    }
    // Other tasks have their turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return faults;
}
