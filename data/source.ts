import { resolve } from "node:path";
import type { Hub } from "../hub/mod.ts";
import { expandGlob } from "./_glob.ts";
import { parseSplit } from "./_split_name.ts";
import { formatOf, KNOWN_ENDINGS } from "./_source_format.ts";
import { resolveHubDataset } from "./_hub_dataset.ts";

/** How the rows of a file are written. */
export type SourceFormat = "parquet" | "csv" | "tsv" | "jsonl" | "json" | "declarations";

/** One file of a source. */
export interface SourceFile {
  /** Where it lies. */
  path: string;
  /** How its rows are written. */
  format: SourceFormat;
  /** Whether it is gzipped. */
  compressed: boolean;
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
   * Split of a hub data set, or a slice of one: `train[:5000]`, `test[100:200]`. Plain files have the one split "train".
   *
   * @default "train"
   */
  split?: string;
  /**
   * Where `hf://` sources are looked up.
   *
   * @default a hub without a mirror
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
 * Finds the files of a data set: `hf://datasets/OWNER/NAME`, whose data card maps config and split to files, or a path
 * or glob of files (`data/pairs-*.parquet`, also `**` and `{a,b}`), sorted by name.
 *
 * @throws {RangeError} if data set, config, split or file is missing; the message lists what there is
 * @throws {TypeError} if a file is of no known format
 * @throws {SyntaxError} if the data card or the split cannot be parsed
 */
export async function resolveSource(
  spec: string,
  options: ResolveSourceOptions = {},
): Promise<ResolvedSource> {
  const { split, range } = parseSplit(options.split ?? "train");
  if (spec.startsWith("hf://")) {
    const found = await resolveHubDataset(spec, {
      config: options.config,
      split,
      hub: options.hub,
    });
    return { name: spec, range, split, config: found.config, files: toSourceFiles(spec, found.files) };
  }
  const refuse = (problem: string): never => {
    throw new RangeError(`Cannot find ${spec}: ${problem}`);
  };
  if (options.config !== undefined) refuse(`files have no config "${options.config}"; leave the config out`);
  if (split !== "train") {
    refuse(`files have no split "${split}"; leave it out, or write a slice as train[:1000]`);
  }
  const folder = resolve(options.baseFolder ?? ".");
  const paths = await expandGlob(spec, folder);
  if (paths.length === 0) refuse(`there is no such file in ${folder}; check the path`);
  return { name: spec, range, files: toSourceFiles(spec, paths.map((path) => resolve(folder, path))) };
}

function toSourceFiles(spec: string, paths: readonly string[]): SourceFile[] {
  return paths.map((path) => {
    const format = formatOf(path);
    if (format) return { path, ...format };
    const known = KNOWN_ENDINGS.join(", ");
    throw new TypeError(
      `Cannot read ${spec}: ${path} is of no known format; give files that end in ${known}`,
    );
  });
}
