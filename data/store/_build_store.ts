import { join } from "node:path";
import { readGroupSizes } from "../rows.ts";
import { findFileChange } from "./_file_change.ts";
import type { JobSetup, OnRows } from "./_job_runner.ts";
import type { ShardJob, TextRow } from "./_jobs.ts";
import { readLabelWidth } from "./_label_width.ts";
import { contentsOf, readManifest, type StoreManifest, writeManifest } from "./_manifest.ts";
import { missingJobs } from "./_missing_jobs.ts";
import { runJobs } from "./_run_jobs.ts";
import { joinFacts } from "./_shard_facts.ts";
import { shardBytes, type ShardHeader } from "./_shard_header.ts";
import { shardName } from "./_shard_name.ts";
import { type CompleteManifest, listShardNames, listShards } from "./_store_state.ts";
import { planUnits, type StoreUnit } from "./_units.ts";
import { PARTIAL_ENDING, removeIfThere } from "./_write_whole.ts";
import type { StoreOptions } from "./store_options.ts";

/** A complete store and the rows that were read while it was made. */
export interface BuiltStore {
  /** What it holds. */
  manifest: CompleteManifest;
  /** Rows to be held out among those that were read, with their texts. */
  found: TextRow[];
}

/**
 * Makes what is missing of a token store: shards that were never made, and those that are missing or damaged. The caller
 * holds the lock of its folder.
 *
 * @throws {RangeError | SyntaxError | TypeError} if the source cannot be read
 * @throws {DiskFullError} if there is no room for the store
 */
export async function buildStore(folder: string, options: StoreOptions): Promise<BuiltStore> {
  sweep(folder);
  const manifest = readBegunManifest(folder, options) ?? await beginStore(folder, options);
  const there = listShards(folder);
  const jobs = missingJobs(manifest.units, there) ?? startAfresh(folder, manifest.units);
  const found = await runJobs(jobs, setupOf(folder, manifest, options), {
    ...options,
    onRows: countRows(options, manifest.units, there),
  });
  const headers = listShards(folder);
  const change = await findFileChange(manifest.contents);
  if (change !== undefined || missingJobs(manifest.units, headers)?.length !== 0) {
    startAfresh(folder, manifest.units);
    const problem = `${change ?? "a file has changed"} while it was read`;
    throw new Error(`Cannot prepare data set ${options.name}: ${problem}; leave it alone and start again`);
  }
  const complete = {
    ...manifest,
    shards: headers.map((header) => ({
      name: shardName(header.unit, header.part),
      rows: header.rows,
      bytes: shardBytes(header),
    })),
    facts: joinFacts(headers.map(({ facts }) => facts)),
  };
  writeManifest(folder, complete);
  return { manifest: complete, found };
}

/** What is common to all jobs on a store. */
export function setupOf(
  folder: string,
  { units, labelWidth, idBytes }: StoreManifest,
  { source, roles, tokenizer: { unknownId }, heldOut }: StoreOptions,
): JobSetup {
  const shape = { columns: roles.texts.length, labelWidth, idBytes, unknownId };
  return { folder, source, units, roles, shape, heldOut };
}

/** Removes what was being written when a process ended. */
export function sweep(folder: string): void {
  for (const { name } of [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(PARTIAL_ENDING))) {
    removeIfThere(join(folder, name));
  }
}

function readBegunManifest(folder: string, options: StoreOptions): StoreManifest | undefined {
  const manifest = readManifest(folder);
  return JSON.stringify(manifest?.contents) === JSON.stringify(contentsOf(options)) ? manifest : undefined;
}

async function beginStore(folder: string, options: StoreOptions): Promise<StoreManifest> {
  const { name, source, roles, tokenizer, hub } = options;
  const contents = contentsOf(options);
  // Only Parquet files are asked for their groups, and they have some.
  const groupRows = async (file: number): Promise<readonly number[]> =>
    await readGroupSizes(source.files[file], { hub }) ?? [];
  const manifest: StoreManifest = {
    name,
    contents,
    labelWidth: await readLabelWidth(source, roles, hub),
    idBytes: tokenizer.vocabSize <= 2 ** 16 ? 2 : 4,
    units: await planUnits(source, contents.shardRows, groupRows),
    shards: null,
    facts: null,
  };
  writeManifest(folder, manifest);
  return manifest;
}

/** Removes all shards: they do not fit together, or to their source. */
function startAfresh(folder: string, units: readonly StoreUnit[]): ShardJob[] {
  for (const name of listShardNames(folder)) removeIfThere(join(folder, name));
  return missingJobs(units, [])!;
}

/** Adds up the rows of all threads; those of shards that were there count from the start. */
function countRows(
  { name, onProgress }: StoreOptions,
  units: readonly StoreUnit[],
  there: readonly ShardHeader[],
): OnRows {
  const ends = units.map(({ start, end }) => (end ?? Infinity) - start);
  const all = ends.reduce((sum, rows) => sum + rows, 0);
  const total = all === Infinity ? undefined : all;
  let rows = there.reduce((sum, { start, end }) => sum + end - start, 0);
  let tokens = 0;
  return (moreRows, moreTokens) => {
    rows += moreRows;
    tokens += moreTokens;
    onProgress?.({ name, rows, total, tokens });
  };
}
