import { join } from "node:path";
import { stat } from "node:fs/promises";
import { findFileChange } from "./_file_change.ts";
import { tryLockFolder } from "./_lock.ts";
import { readManifest, type StoreContents } from "./_manifest.ts";
import { SHARD_VERSION } from "./_shard_header.ts";

/** A token store in the cache folder. */
export interface CachedStore {
  /** Its folder. */
  folder: string;
  /** Name of the data set that it was made for; undefined if its manifest cannot be read. */
  name: string | undefined;
  /** Bytes on the disk. */
  bytes: number;
  /** Whether all of it is there. */
  isComplete: boolean;
  /** Why it can never be used again; undefined if it can. */
  stale: string | undefined;
}

/** All token stores of a cache folder, by name of their folders. */
export async function listStores(cacheFolder: string): Promise<CachedStore[]> {
  const stores: CachedStore[] = [];
  for (const name of namesIn(join(cacheFolder, "tokens"))) {
    stores.push(await storeIn(join(cacheFolder, "tokens", name)));
  }
  return stores;
}

async function storeIn(folder: string): Promise<CachedStore> {
  const manifest = readManifest(folder);
  return {
    folder,
    name: manifest?.name,
    bytes: await folderBytes(folder),
    isComplete: manifest?.shards != null,
    stale: manifest === undefined ? "it has no manifest" : await whyStale(manifest.contents),
  };
}

/**
 * Removes token stores that can never be used again: those of another version of the format, and those of files on this
 * machine that have changed or are gone. Stores of the hub's data sets stay, and those that a process is preparing. No
 * training may be reading from them.
 *
 * @returns what was removed
 */
export async function removeStaleStores(cacheFolder: string): Promise<CachedStore[]> {
  const removed: CachedStore[] = [];
  for (const { folder } of (await listStores(cacheFolder)).filter(({ stale }) => stale !== undefined)) {
    using lock = tryLockFolder(folder);
    if (lock === undefined) continue;
    // Another process may have finished it in between.
    const store = await storeIn(folder);
    if (store.stale === undefined) continue;
    await Deno.remove(folder, { recursive: true });
    removed.push(store);
  }
  return removed;
}

/** Bytes of the files of a folder. */
export async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of namesIn(folder)) bytes += (await stat(join(folder, name))).size;
  return bytes;
}

async function whyStale(contents: StoreContents): Promise<string | undefined> {
  const { version } = contents;
  return version === SHARD_VERSION
    ? await findFileChange(contents)
    : `it is of version ${version} of the format`;
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return [];
    throw error;
  }
}
