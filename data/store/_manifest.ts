import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { ShardFacts } from "./_shard_facts.ts";
import { SHARD_VERSION } from "./_shard_header.ts";
import type { StoreUnit } from "./_units.ts";
import { writeWhole } from "./_write_whole.ts";
import { SHARD_ROWS, type StoreOptions } from "./store_options.ts";

/** Name of the manifest in a store's folder. */
export const MANIFEST_NAME = "store.json";

/** What a store is made from. Stores of equal contents have equal bytes. */
export interface StoreContents {
  /** Version of the format. */
  version: number;
  /** Every file: its path, behind that of its repository if it is read from the hub, and its version. */
  files: { path: string; version: string; isLocal: boolean }[];
  /** Rows taken, counted across all files; an end of null is that of the last file. */
  range: [start: number, end: number | null];
  /** Text columns, in the order of their roles. */
  columns: string[];
  /** Column of labels; null if there is none. */
  label: string | null;
  /** SHA-256 of the tokenizer's JSON. */
  tokenizer: string;
  /** Rows that a shard is made of at most. */
  shardRows: number;
}

/** A shard as the manifest of a complete store lists it. */
export interface StoreShard {
  /** File name. */
  name: string;
  /** Rows that it holds. */
  rows: number;
  /** Bytes of the file. */
  bytes: number;
}

/** What `store.json` in a store's folder says. */
export interface StoreManifest {
  /** The data set as it was named when the store was begun. */
  name: string;
  /** What it is made from. */
  contents: StoreContents;
  /** Labels of a row; 0 without labels. */
  labelWidth: number;
  /** Bytes of a token id. */
  idBytes: 2 | 4;
  /** The parts that the source is read in. */
  units: StoreUnit[];
  /** All shards, in the order of the source; null while some are missing. */
  shards: StoreShard[] | null;
  /** What was counted over all shards; null while some are missing. */
  facts: ShardFacts | null;
}

/** What a store of a source is made from. */
export function contentsOf(
  { source, roles, tokenizer, shardRows = SHARD_ROWS }: StoreOptions,
): StoreContents {
  const { start, end } = source.range;
  return {
    version: SHARD_VERSION,
    files: source.files.map(({ path, version, repository }) => ({
      path: repository === undefined ? path : posix.join(repository.kind, repository.id, path),
      version,
      isLocal: repository === undefined,
    })),
    range: [start, end === Infinity ? null : end],
    columns: roles.texts,
    label: roles.label ?? null,
    tokenizer: createHash("sha256").update(tokenizer.json).digest("hex"),
    shardRows,
  };
}

/**
 * Name of the folder of a store: the source's name and 80 bits of the SHA-256 of its contents.
 *
 * @param source what was asked for, such as `hf://datasets/OWNER/NAME` or a path
 */
export function folderName(source: string, contents: StoreContents): string {
  const key = createHash("sha256").update(JSON.stringify(contents)).digest("hex").slice(0, 20);
  const words = source.replace(/^hf:\/\/datasets\//, "").split(/[^0-9A-Za-z._-]+/).filter((word) =>
    word !== ""
  );
  return `${words.slice(-2).join("-").slice(-60) || "data"}-${key}`;
}

/** The manifest of a store; undefined if there is none or it cannot be read: the store is then made again. */
export function readManifest(folder: string): StoreManifest | undefined {
  try {
    const value: unknown = JSON.parse(Deno.readTextFileSync(`${folder}/${MANIFEST_NAME}`));
    return isManifest(value) ? value : undefined;
  } catch (error) {
    const { NotFound, NotADirectory } = Deno.errors;
    const kinds = [NotFound, NotADirectory, SyntaxError];
    if (kinds.some((kind) => error instanceof kind)) return undefined;
    throw error;
  }
}

function isManifest(value: unknown): value is StoreManifest {
  const { contents, units, shards } = (value ?? {}) as Partial<StoreManifest>;
  return Array.isArray(contents?.files) && Array.isArray(units) && (shards === null || Array.isArray(shards));
}

/**
 * Writes the manifest of a store.
 *
 * @throws {DiskFullError} if there is no room for it
 */
export function writeManifest(folder: string, manifest: StoreManifest): void {
  writeWhole(
    `${folder}/${MANIFEST_NAME}`,
    new TextEncoder().encode(JSON.stringify(manifest, null, 1) + "\n"),
  );
}
