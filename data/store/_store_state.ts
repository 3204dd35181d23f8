import { DamagedShardError, ShardFile } from "./_shard_file.ts";
import type { ShardHeader } from "./_shard_header.ts";
import { readManifest, type StoreManifest } from "./_manifest.ts";
import { isShardName, shardName } from "./_shard_name.ts";
import type { ShardFacts } from "./_shard_facts.ts";
import type { StoreShard } from "./_manifest.ts";

/** The manifest of a store that has all of its shards. */
export interface CompleteManifest extends StoreManifest {
  /** All shards, in the order of the source. */
  shards: StoreShard[];
  /** What was counted over all of them. */
  facts: ShardFacts;
}

/** The manifest of a store if that is complete and all its shards are whole, as far as headers and lengths tell. */
export function readCompleteManifest(folder: string): CompleteManifest | undefined {
  const manifest = readManifest(folder);
  if (manifest === undefined || manifest.shards === null || manifest.facts === null) return undefined;
  const isWhole = manifest.shards.every(({ name, rows }) => readShardHeader(folder, name)?.rows === rows);
  return isWhole ? { ...manifest, shards: manifest.shards, facts: manifest.facts } : undefined;
}

/** Headers of the whole shards in a folder, in the order of the source. */
export function listShards(folder: string): ShardHeader[] {
  const headers = listShardNames(folder).map((name) => readShardHeader(folder, name));
  return headers.filter((header) => header !== undefined).sort((a, b) => a.unit - b.unit || a.part - b.part);
}

/** Names of all shards in a folder, whole or not. */
export function listShardNames(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).filter(isShardName).sort();
}

/** Header of a shard; undefined if it is missing, not whole, or under another's name. */
export function readShardHeader(folder: string, name: string): ShardHeader | undefined {
  try {
    const { header } = ShardFile.open(`${folder}/${name}`);
    return shardName(header.unit, header.part) === name ? header : undefined;
  } catch (error) {
    if (error instanceof DamagedShardError) return undefined;
    throw error;
  }
}
