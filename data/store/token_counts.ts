import { openTokenStore, type TokenStoreSpec } from "./token_store.ts";

/** Bytes of rows that are read at once. */
const STEP_BYTES = 64 * 2 ** 20;

/**
 * How often every token occurs in the rows to train on, over all text columns. Reads the whole store.
 *
 * @param vocab entries of the vocabulary
 * @returns float64 [vocab]
 * @throws {DamagedShardError} if a shard is damaged
 */
export async function countTokenIds(spec: TokenStoreSpec, vocab: number): Promise<Float64Array> {
  const counts = new Float64Array(vocab);
  const store = openTokenStore(spec);
  try {
    for (let from = 0; from < store.groupBytes.length;) {
      let to = from;
      for (let bytes = 0; to < store.groupBytes.length && (to === from || bytes < STEP_BYTES);) {
        bytes += store.groupBytes[to++];
      }
      for (const { ids } of store.readGroups(from, to).columns) {
        for (let i = 0; i < ids.length; i++) counts[ids[i]]++;
      }
      from = to;
      // Other tasks have their turn.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  } finally {
    store.close();
  }
  return counts;
}
