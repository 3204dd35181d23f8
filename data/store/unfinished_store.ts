import { readManifest } from "./_manifest.ts";
import { openShards } from "./_open_shards.ts";
import { shardName } from "./_shard_name.ts";
import { listShards } from "./_store_state.ts";
import { summarize } from "./_summary.ts";
import type { TokenStoreSpec } from "./token_store.ts";

/**
 * The rows that a store has so far, also while another process is making it: those of its finished shards, without
 * repeated ones.
 *
 * @param folder folder of the store
 * @returns what {@linkcode openTokenStore} opens; undefined if the store has not been begun
 */
export async function readUnfinishedStore(folder: string): Promise<TokenStoreSpec | undefined> {
  const manifest = readManifest(folder);
  if (manifest === undefined) return undefined;
  const { name, labelWidth, idBytes, contents } = manifest;
  const shards = listShards(folder).map(({ unit, part }) => shardName(unit, part));
  const policy = { duplicates: "drop" as const, heldOut: new Uint32Array() };
  const columnCount = contents.columns.length;
  const shape = { columns: columnCount, labelWidth };
  const summary = await summarize(openShards(folder, shards), policy, shape);
  const { groupRows, groupBytes, groupRepeats } = summary;
  const rowCount = groupRows.reduce((sum, rows) => sum + rows, 0);
  return {
    ...policy,
    ...{ name, folder, shards, columnCount, labelWidth, idBytes, rowCount },
    ...{ groupRows, groupBytes, groupRepeats },
  };
}
