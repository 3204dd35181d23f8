import type { RowWindow } from "../row_source.ts";
import { openTokenStore, type TokenStoreSpec } from "./token_store.ts";

/** Bytes of rows that are read at once, about. */
const STEP_BYTES = 64 * 2 ** 20;

/**
 * All rows to train on, some groups at a time, in steps of about the same size. Between two steps other tasks have their
 * turn.
 *
 * @param signal ends it between two steps
 */
export async function* storeWindows(spec: TokenStoreSpec, signal?: AbortSignal): AsyncGenerator<RowWindow> {
  const total = spec.groupBytes.reduce((sum, bytes) => sum + bytes, 0);
  const stepBytes = total / Math.ceil(total / STEP_BYTES);
  const store = openTokenStore(spec);
  try {
    let [from, bytes, steps] = [0, 0, 1];
    for (let to = 1; to <= spec.groupBytes.length; to++) {
      bytes += spec.groupBytes[to - 1];
      // What is left at the end is a step as the others, whatever was rounded.
      if (to < spec.groupBytes.length && bytes < (steps - 0.001) * stepBytes) continue;
      signal?.throwIfAborted();
      yield store.readGroups(from, to);
      [from, steps] = [to, steps + 1];
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  } finally {
    store.close();
  }
}
