import type { ParquetFile } from "../data/mod.ts";
import { linePart } from "./_line_part.ts";
import { printError } from "./_output.ts";
import { groupStarts, readParquetTexts } from "./_parquet_texts.ts";
import { type Shard, shardRange } from "./_shard.ts";
import { readTexts } from "./_texts.ts";
import type { TextBlock } from "./_text_block.ts";

/** How texts are written. */
export type TextFormat = "lines" | "json" | "parquet";

/** What is to be encoded. */
export interface TextInputs {
  /** Files, in order; undefined for standard input. */
  paths: readonly string[] | undefined;
  /** How their texts are written. */
  format: TextFormat;
  /** Field or column of the texts. */
  field: string;
  /** What to call them in messages. */
  name: string;
}

/** Options of {@linkcode readInputs}. */
export interface ReadInputsOptions {
  /** A part of the input; all of it if left out. */
  shard?: Shard;
  /** Whether records are wanted with the texts. */
  withRecords: boolean;
  /** Whether a vector will join each record. */
  joinsVector: boolean;
}

/**
 * Finds the files that are named: paths, globs, or nothing or `-` for standard input.
 *
 * @param patterns What the command line names.
 * @param field The field of JSON lines, or the column; if it is left out it is `text`, and text files are plain.
 * @throws {RangeError} If there is no such file.
 * @throws {TypeError} If files are of several formats.
 */
export async function findInputs(patterns: readonly string[], field?: string): Promise<TextInputs> {
  const given = patterns.filter((pattern) => pattern !== "-");
  if (given.length === 0) {
    const format = field === undefined ? "lines" : "json";
    return { paths: undefined, format, field: field ?? "text", name: "standard input" };
  }
  if (given.length < patterns.length) {
    throw new TypeError("Cannot read standard input and files together; name one of them");
  }
  const paths = (await Promise.all(given.map(filesOf))).flat();
  const formats = paths.map((path) => formatOf(path, field));
  const other = formats.findIndex((format) => format !== formats[0]);
  if (other > 0) {
    throw new TypeError(
      `Cannot read ${paths[0]} and ${paths[other]} together: their formats differ; encode each by itself`,
    );
  }
  const name = paths.length === 1 ? paths[0] : `${paths.length} files`;
  return { paths, format: formats[0], field: field ?? "text", name };
}

/**
 * Reads texts, file after file.
 *
 * @param inputs What {@linkcode findInputs} found.
 * @param options Which part, and what is wanted.
 * @throws {SyntaxError | TypeError | RangeError} If something cannot be read; the message names file and line.
 */
export async function* readInputs(
  { paths, format, field, name }: TextInputs,
  options: ReadInputsOptions,
): AsyncGenerator<TextBlock> {
  const { joinsVector } = options;
  const lines = { field: format === "json" ? field : undefined, joinsVector };
  if (paths === undefined) {
    if (Deno.stdin.isTerminal()) printError("Type texts, one a line; end with Ctrl-D.\n");
    yield* readTexts(Deno.stdin, { name, ...lines });
  } else if (format === "parquet") yield* readParquetFiles(paths, field, options);
  else if (options.shard !== undefined) yield* readLineShard(paths, options.shard, lines);
  else {
    for (const path of paths) {
      using file = await Deno.open(path);
      yield* readTexts(file, { name: path, ...lines });
    }
  }
}

async function filesOf(pattern: string): Promise<string[]> {
  const found = await Deno.stat(pattern).catch(() => undefined);
  if (found?.isDirectory) throw new RangeError(`Cannot read ${pattern}: it is a folder; name a file`);
  if (found !== undefined) return [pattern];
  const { expandGlob } = await import("../data/mod.ts");
  const paths = await expandGlob(pattern, ".");
  if (paths.length > 0) return paths;
  throw new RangeError(`Cannot read ${pattern}: there is no such file; check the path`);
}

function formatOf(path: string, field: string | undefined): TextFormat {
  if (/\.parquet$/i.test(path)) return "parquet";
  return field !== undefined || /\.(jsonl|ndjson)$/i.test(path) ? "json" : "lines";
}

/** The files' bytes are counted as if they were one file; a line is in the shard in which it begins. */
async function* readLineShard(
  paths: readonly string[],
  shard: Shard,
  options: { field?: string; joinsVector: boolean },
): AsyncGenerator<TextBlock> {
  const sizes = await Promise.all(paths.map(async (path) => (await Deno.stat(path)).size));
  const range = shardRange(shard, sizes.reduce((sum, size) => sum + size, 0));
  let before = 0;
  for (const [i, path] of paths.entries()) {
    const [start, end] = [Math.max(0, range.start - before), Math.min(sizes[i], range.end - before)];
    before += sizes[i];
    if (start >= end) continue;
    using file = await Deno.open(path);
    const part = await linePart(file, { start, end });
    const name = part.start === 0 ? path : `${path} from byte ${part.start}`;
    yield* readTexts(part, { name, isWhole: part.start === 0, ...options });
  }
}

/** A row group is in the shard in which its first row is. */
async function* readParquetFiles(
  paths: readonly string[],
  column: string,
  { shard, ...options }: ReadInputsOptions,
): AsyncGenerator<TextBlock> {
  const range = shard && shardRange(shard, await countRows(paths));
  let before = 0;
  for (const path of paths) {
    if (range !== undefined && before >= range.end) return;
    const file = await open(path);
    try {
      const starts = groupStarts(file).map((start) => start + before);
      const groups = [...starts.keys()].filter((group) => {
        return range === undefined || starts[group] >= range.start && starts[group] < range.end;
      });
      before += file.rowCount;
      yield* readParquetTexts(file, { column, groups, ...options });
    } finally {
      file.close();
    }
  }
}

async function countRows(paths: readonly string[]): Promise<number> {
  let rows = 0;
  for (const path of paths) {
    const file = await open(path);
    rows += file.rowCount;
    file.close();
  }
  return rows;
}

async function open(path: string): Promise<ParquetFile> {
  const { openParquet } = await import("../data/mod.ts");
  return await openParquet(path);
}
