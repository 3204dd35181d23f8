import { resolve } from "node:path";
import { stat } from "node:fs/promises";
import { Hub, type RepositoryKind } from "../hub/mod.ts";
import { expandGlob } from "./_glob.ts";
import { needsRowCount, parseSplit, rangeOf, type SplitSlice } from "./_split_name.ts";
import { formatOf, KNOWN_ENDINGS } from "./_source_format.ts";
import { type HubDataset, resolveHubDataset } from "./_hub_dataset.ts";
import { countRows, readRows } from "./rows.ts";

/** How the rows of a file are written. */
export type SourceFormat = "parquet" | "csv" | "tsv" | "jsonl" | "json" | "declarations";

/** Where a file of the hub comes from. */
export interface SourceRepository {
  /** Data set or model. */
  kind: RepositoryKind;
  /** `OWNER/NAME`. */
  id: string;
  /** The commit that it is read at. */
  revision: string;
}

/** One file of a source: plain data, so that a worker can be given it. */
export interface SourceFile {
  /** Where it lies on this machine; of a file of the hub, its path in the repository. */
  path: string;
  /** How its rows are written. */
  format: SourceFormat;
  /** Whether it is gzipped. */
  compressed: boolean;
  /** Bytes. */
  size: number;
  /**
   * What changes when the content changes: the hub's checksum (SHA-256, or git's object id of small files); of files on
   * this machine their size and time of change.
   */
  version: string;
  /** Where it is read from if it does not lie on this machine. */
  repository?: SourceRepository;
}

/** The files and rows that a data set's specification stands for. */
export interface ResolvedSource {
  /** What was asked for, for messages. */
  name: string;
  /** The files in the order in which they are read; at least one. */
  files: SourceFile[];
  /** Rows taken, counted across all files: `start` inclusive, `end` exclusive (may be Infinity). */
  range: { start: number; end: number };
  /** Config of a hub data set; undefined for plain files. */
  config?: string;
  /** Split of a hub data set, without its slice; undefined for plain files. */
  split?: string;
  /** Commit of a hub data set; undefined for plain files and in a mirror, which has none. */
  revision?: string;
  /** What should be known about the data, as that only the beginning of a split is there. */
  note?: string;
}

/** Options of {@linkcode resolveSource}. */
export interface ResolveSourceOptions {
  /**
   * Config of a hub data set.
   *
   * @default the one marked as default, else the one named "default", else the only one
   */
  config?: string;
  /**
   * Split of a hub data set, or a slice of one: `train[:5000]`, `test[100:200]`, `train[-1000:]`, `train[:10%]`. Plain files
   * have the one split "train". To know how many rows the last two stand for, files other than Parquet are read through.
   *
   * @default "train"
   */
  split?: string;
  /**
   * Branch, tag or commit of a hub data set; a mirror has only one.
   *
   * @default the one in the address, else "main"
   */
  revision?: string;
  /**
   * Where `hf://` sources are looked up.
   *
   * @default the network, with the default cache
   */
  hub?: Hub;
  /**
   * Folder that relative paths and globs start from.
   *
   * @default the current folder
   */
  baseFolder?: string;
}

/**
 * Finds the files of a data set: `hf://datasets/OWNER/NAME`, or a path or glob of files (`data/pairs-*.parquet`, also `**`
 * and `{a,b}`), sorted by name. Of a hub data set, the data card maps config and split to files; where it names no config,
 * or not the one asked for, the hub's automatic Parquet branch does; without that, the names of the files.
 *
 * @throws {RangeError} if data set, revision, config, split or file is missing; the message lists what there is
 * @throws {TypeError} if a file is of no known format
 * @throws {SyntaxError} if the data card or the split cannot be parsed
 * @throws {Error} if the hub cannot be reached
 */
export async function resolveSource(
  spec: string,
  options: ResolveSourceOptions = {},
): Promise<ResolvedSource> {
  const slice = parseSplit(options.split ?? "train");
  const { config, revision, hub = new Hub() } = options;
  const found = spec.startsWith("hf://")
    ? await fromHub(spec, await resolveHubDataset(spec, { config, revision, split: slice.split, hub }), slice)
    : await fromFiles(spec, slice, options);
  return needsRowCount(slice) ? { ...found, range: rangeOf(slice, await countAll(found, hub)) } : found;
}

async function fromHub(spec: string, found: HubDataset, slice: SplitSlice): Promise<ResolvedSource> {
  const { config, repository, note } = found;
  const { kind, id, revision } = repository;
  const files = await Promise.all(found.files.map(async (file) => {
    const all = { ...file, ...readableFormat(file.path, spec) };
    // The files of a mirror lie on this machine.
    if (revision === undefined) return { ...all, path: await repository.fetch(file.path) };
    return { ...all, repository: { kind, id, revision } };
  }));
  const source = { name: spec, range: rangeOf(slice, Infinity), split: slice.split, config, files };
  return { ...source, ...revision === undefined ? {} : { revision }, ...note === undefined ? {} : { note } };
}

/** What has the form of a hub's OWNER/NAME may have been meant so. */
function cureOf(spec: string): string {
  return /^[\w-]+\/[\w-]+$/.test(spec) ? `check the path, or write hf://datasets/${spec}` : "check the path";
}

async function fromFiles(
  spec: string,
  slice: SplitSlice,
  { config, revision, baseFolder }: ResolveSourceOptions,
): Promise<ResolvedSource> {
  const refuse = (problem: string): never => {
    throw new RangeError(`Cannot find ${spec}: ${problem}`);
  };
  if (config !== undefined) refuse(`files have no config "${config}"; leave the config out`);
  if (revision !== undefined) refuse(`files have no revision "${revision}"; leave the revision out`);
  if (slice.split !== "train") {
    refuse(`files have no split "${slice.split}"; leave it out, or write a slice as train[:1000]`);
  }
  const folder = resolve(baseFolder ?? ".");
  const paths = await expandGlob(spec, folder);
  if (paths.length === 0) refuse(`there is no such file in ${folder}; ${cureOf(spec)}`);
  const files = await Promise.all(paths.map(async (relative) => {
    const path = resolve(folder, relative);
    const { size, mtimeMs } = await stat(path);
    return { path, ...readableFormat(path, spec), size, version: `${size} ${mtimeMs}` };
  }));
  return { name: spec, range: rangeOf(slice, Infinity), files };
}

function readableFormat(path: string, spec: string): Pick<SourceFile, "format" | "compressed"> {
  const format = formatOf(path);
  if (format) return format;
  const known = KNOWN_ENDINGS.join(", ");
  throw new TypeError(`Cannot read ${spec}: ${path} is of no known format; give files that end in ${known}`);
}

async function countAll(source: ResolvedSource, hub: Hub): Promise<number> {
  const whole = { ...source, range: { start: 0, end: Infinity } };
  const known = await countRows(whole, { hub });
  if (known !== undefined) return known;
  let total = 0;
  for await (const rows of readRows(whole, { hub })) total += rows.length;
  return total;
}
