/**
 * Token stores: the rows of a data set as token ids on the disk, made once, by several threads, and read group by group.
 *
 * @module
 */
export { type CachedStore, folderBytes, listStores, removeStaleStores } from "./cached_stores.ts";
export { type HeldOutChoice, heldOutChoice } from "./held_out_choice.ts";
export type { LabelFacts, LabelWitness } from "./label_facts.ts";
export { type PreparedStore, prepareStore } from "./prepare_store.ts";
export { type RankedRows, rankRows, type RankRowsOptions, type RowDifficulty } from "./rank_rows.ts";
export type { StoreOptions, StoreProgress } from "./store_options.ts";
export { countTokenIds } from "./token_counts.ts";
export { openTokenStore, type TokenStoreSpec } from "./token_store.ts";
export { readUnfinishedStore } from "./unfinished_store.ts";
export type { ValueSpread } from "./_write_ranks.ts";
export { type ShardFault, verifyStore } from "./verify_store.ts";
