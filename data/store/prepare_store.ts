import { join } from "node:path";
import { buildStore, setupOf, sweep } from "./_build_store.ts";
import { chooseHeldOut, findHeldOutTexts } from "./_held_out_rows.ts";
import type { TextRow } from "./_jobs.ts";
import { keepHeldOutRows, keepSummary, readHeldOutRows, readSummary } from "./_kept_results.ts";
import { lockFolder } from "./_lock.ts";
import { contentsOf, folderName, readManifest } from "./_manifest.ts";
import { openShards } from "./_open_shards.ts";
import type { ShardFile } from "./_shard_file.ts";
import { shardBytes } from "./_shard_header.ts";
import { type CompleteManifest, listShards, readCompleteManifest } from "./_store_state.ts";
import { type StoreSummary, summarize } from "./_summary.ts";
import { DiskFullError } from "./_write_whole.ts";
import type { StoreOptions } from "./store_options.ts";

/** A token store and what is known of its rows. */
export interface PreparedStore {
  /** Its folder. */
  folder: string;
  /** What it is made from and holds. */
  manifest: CompleteManifest;
  /** The rows that are held out. */
  heldOut: TextRow[];
  /** What the rows to train on amount to. */
  summary: StoreSummary;
}

/**
 * Makes the token store of a data set, or what is missing of it, finds the texts of the rows that are held out, and counts
 * those to train on. What is there and whole is not made again.
 *
 * @throws {RangeError | SyntaxError | TypeError} if the source cannot be read
 * @throws {Error} if there is no room
 */
export async function prepareStore(options: StoreOptions): Promise<PreparedStore> {
  const { source, cacheFolder, name } = options;
  const folder = join(cacheFolder, "tokens", folderName(source.name, contentsOf(options)));
  const there = readPrepared(folder, options);
  if (there !== undefined) return there;
  using _lock = await lockFolder(folder, options);
  try {
    return readPrepared(folder, options) ?? await makePrepared(folder, options);
  } catch (error) {
    sweep(folder);
    throw error instanceof DiskFullError ? noRoom(error, folder, name) : error;
  }
}

function readPrepared(folder: string, options: StoreOptions): PreparedStore | undefined {
  const manifest = readCompleteManifest(folder);
  if (manifest === undefined) return undefined;
  const heldOut = readHeldOutRows(folder, options.heldOut);
  const summary = readSummary(folder, options);
  return heldOut && summary && { folder, manifest, heldOut, summary };
}

async function makePrepared(folder: string, options: StoreOptions): Promise<PreparedStore> {
  const there = readCompleteManifest(folder);
  const { manifest, found } = there ? { manifest: there, found: [] } : await buildStore(folder, options);
  const shards = openShards(folder, manifest.shards.map(({ name }) => name));
  try {
    const heldOut = await holdOut({ folder, manifest, shards, found }, options);
    const hashes = Uint32Array.from(heldOut.flatMap(({ low, high }) => [low, high]));
    const { roles: { texts }, signal } = options;
    const shape = { columns: texts.length, labelWidth: manifest.labelWidth, signal };
    const summary = await summarize(shards, { ...options, heldOut: hashes }, shape);
    keepSummary(folder, options, summary);
    return { folder, manifest, heldOut, summary };
  } finally {
    for (const shard of shards) shard.close();
  }
}

/** The rows that are held out, with their texts. */
async function holdOut(
  { folder, manifest, shards, found }: {
    folder: string;
    manifest: CompleteManifest;
    shards: readonly ShardFile[];
    found: readonly TextRow[];
  },
  options: StoreOptions,
): Promise<TextRow[]> {
  const { heldOut: choice, roles, signal } = options;
  const kept = readHeldOutRows(folder, choice);
  if (kept !== undefined || choice === undefined) return kept ?? [];
  const chosen = await chooseHeldOut(shards, choice, { columns: roles.texts.length, signal });
  const setup = setupOf(folder, manifest, options);
  let read = 0;
  const onRows = (rows: number): void => {
    read += rows;
    options.onProgress?.({ name: options.name, rows: read, total: undefined, tokens: 0 });
  };
  const rows = await findHeldOutTexts(chosen, shards, { ...options, found, setup, onRows });
  keepHeldOutRows(folder, choice, rows);
  return rows;
}

function noRoom({ bytes, cause }: DiskFullError, folder: string, name: string): Error {
  const [missing, isAll] = missingBytes(folder, bytes);
  const needed = `${isAll ? "about" : "at least"} ${(missing / 1e6).toFixed(1)} MB that are missing`;
  const problem = `there is no room in ${folder} for ${needed}`;
  const cure = "make room there, or name another cache folder with LATHE_CACHE; what is done is kept";
  return new Error(`Cannot prepare data set ${name}: ${problem}; ${cure}`, { cause });
}

/** Bytes of the shards that are missing, by those that are there, and whether these are all; else the next one's. */
function missingBytes(folder: string, next: number): [bytes: number, isAll: boolean] {
  const shards = listShards(folder);
  const units = readManifest(folder)?.units ?? [];
  const rows = units.reduce((sum, { start, end }) => sum + (end ?? Infinity) - start, 0);
  const rowsThere = shards.reduce((sum, { start, end }) => sum + end - start, 0);
  if (rows === Infinity || rowsThere === 0) return [next, false];
  const bytesThere = shards.reduce((sum, shard) => sum + shardBytes(shard), 0);
  return [Math.max(next, bytesThere / rowsThere * (rows - rowsThere)), true];
}
