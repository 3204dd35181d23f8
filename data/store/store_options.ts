import type { Hub } from "../../hub/mod.ts";
import type { Tokenizer } from "../../text/mod.ts";
import type { ColumnRoles } from "../columns.ts";
import type { ResolvedSource } from "../source.ts";
import type { HeldOutChoice } from "./held_out_choice.ts";

/** How far the preparing of a data set is. */
export interface StoreProgress {
  /** Name of the data set. */
  name: string;
  /** Rows read, those of earlier runs included. */
  rows: number;
  /** Rows there are; undefined if that is not known. */
  total: number | undefined;
  /** Token ids made in this run. */
  tokens: number;
}

/** What a token store is made from, and who hears of it. */
export interface StoreOptions {
  /** Name of the data set, for messages. */
  name: string;
  /** Where its rows come from. */
  source: ResolvedSource;
  /** Columns that are read. */
  roles: ColumnRoles;
  /** What turns texts into token ids. */
  tokenizer: Tokenizer;
  /** Where files of the hub are read from. */
  hub?: Hub;
  /** Folder of all stores and of what else is kept between runs. */
  cacheFolder: string;
  /**
   * Most threads.
   *
   * @default as many as the machine has cores
   */
  threads?: number;
  /**
   * Bytes of files that make it worth starting a thread: that takes as long as reading about half of them.
   *
   * @default 16777216
   */
  threadBytes?: number;
  /**
   * Rows that a shard is made of at most, dropped ones included.
   *
   * @default 131072
   */
  shardRows?: number;
  /** Whether rows that repeat an earlier one are left out. */
  duplicates: "drop" | "keep";
  /** Rows to hold out; none if undefined. */
  heldOut?: HeldOutChoice;
  /** Ends the work at once. */
  signal?: AbortSignal;
  /** Hears how far the work is. */
  onProgress?: (progress: StoreProgress) => void;
  /** Called once if another process prepares the same data, which is waited for. */
  onWait?: () => void;
}

/** Default of {@linkcode StoreOptions.shardRows}. */
export const SHARD_ROWS = 131_072;
