import { type RowSource, type RowWindow, windowSource } from "./row_source.ts";
import { openTokenStore, type TokenStoreSpec } from "./store/token_store.ts";

/** Where a worker finds the rows of a data set: plain data. */
export type FeedSource =
  | {
    /** Rows in memory, which are copied to the worker. */
    kind: "window";
    /** Name of the data set. */
    name: string;
    /** The rows. */
    window: RowWindow;
  }
  | {
    /** A token store, which the worker opens. */
    kind: "store";
    /** The store. */
    spec: TokenStoreSpec;
  };

/**
 * Opens a source.
 *
 * @throws {Error} if a store is missing or damaged
 */
export function openFeedSource(source: FeedSource): RowSource {
  return source.kind === "window" ? windowSource(source.name, source.window) : openTokenStore(source.spec);
}
