import { Hub } from "../hub/mod.ts";
import { readCsv } from "./_csv.ts";
import { readJson, readJsonLines } from "./_json_lines.ts";
import { toLocalFile } from "./_local_file.ts";
import { noRows } from "./_no_rows.ts";
import { ParquetFile } from "./_parquet.ts";
import { readDeclarations } from "./declarations.ts";
import type { ResolvedSource, SourceFile } from "./source.ts";

/** A row as a file holds it: column name to value. */
export type Row = Record<string, unknown>;

/** Options of {@linkcode readRows}. */
export interface ReadRowsOptions {
  /**
   * Columns to read; the rows have these and no others.
   *
   * @default all columns
   */
  columns?: readonly string[];
  /**
   * Most rows to read.
   *
   * @default Infinity
   */
  limit?: number;
  /**
   * Where files of the hub are read from.
   *
   * @default the network, with the default cache
   */
  hub?: Hub;
}

/** Options of {@linkcode readColumnNames} and {@linkcode countRows}. */
export type ReadSchemaOptions = Pick<ReadRowsOptions, "hub">;

/** The rows still to pass over and to take, across the files of a source. */
interface Window {
  skip: number;
  take: number;
}

/**
 * The rows of a source in batches, file after file, in bounded memory: Parquet by row groups and only the columns asked
 * for, text formats by lines. Of a Parquet file on the hub only the bytes of the rows and columns asked for are read, unless
 * it is in the cache; files of other formats are downloaded into the cache as wholes.
 *
 * @throws {SyntaxError} naming the file (and the line, where there are lines), if a file is damaged
 * @throws {RangeError} if a column is missing; the message lists those there are
 * @throws {Error} if the hub cannot be reached
 */
export async function* readRows(
  source: ResolvedSource,
  options: ReadRowsOptions = {},
): AsyncGenerator<Row[]> {
  const { start, end } = source.range;
  const { hub = new Hub(), columns } = options;
  const window = { skip: start, take: Math.min(end - start, options.limit ?? Infinity) };
  // Declaration files repeat each other: the reader remembers what it has given, file after file.
  const seen = new Set<string>();
  for (const file of source.files) {
    if (window.take <= 0) return;
    if (file.format === "parquet") yield* readParquet(file, window, { hub, columns });
    else {
      const local = await toLocalFile(file, hub);
      yield* cutAndProject(readTextFormat(local, seen), { file: local, window, columns });
    }
  }
}

/**
 * Names of the columns, in their order: those of the first file's schema, header or first row.
 *
 * @throws {RangeError} if the source has no rows
 */
export async function readColumnNames(
  source: ResolvedSource,
  { hub = new Hub() }: ReadSchemaOptions = {},
): Promise<string[]> {
  if (source.files[0].format === "parquet") {
    const file = await ParquetFile.open(source.files[0], hub);
    file.close();
    return [...file.columns];
  }
  for await (const rows of readRows(source, { limit: 1, hub })) return Object.keys(rows[0]);
  throw noRows(source);
}

/** Number of rows, if it can be told without reading them (Parquet), else undefined. */
export async function countRows(
  source: ResolvedSource,
  options: ReadSchemaOptions = {},
): Promise<number | undefined> {
  let total = 0;
  for (const file of source.files) {
    const groups = await readGroupSizes(file, options);
    if (!groups) return undefined;
    total += groups.reduce((sum, rows) => sum + rows, 0);
  }
  return Math.max(0, Math.min(source.range.end, total) - source.range.start);
}

/** Rows of every row group of a Parquet file, which are read most cheaply as wholes; undefined of other formats. */
export async function readGroupSizes(
  file: SourceFile,
  { hub = new Hub() }: ReadSchemaOptions = {},
): Promise<readonly number[] | undefined> {
  if (file.format !== "parquet") return undefined;
  const opened = await ParquetFile.open(file, hub);
  opened.close();
  return opened.groupRows;
}

async function* readParquet(
  source: SourceFile,
  window: Window,
  { hub, columns }: { hub: Hub; columns: readonly string[] | undefined },
): AsyncGenerator<Row[]> {
  const file = await ParquetFile.open(source, hub);
  try {
    if (columns) checkColumns(columns, file.columns, file.name);
    const start = Math.min(window.skip, file.rowCount);
    window.skip -= start;
    const end = Math.min(file.rowCount, start + window.take);
    window.take -= end - start;
    yield* file.read(columns ?? file.columns, start, end);
  } finally {
    file.close();
  }
}

function readTextFormat(file: SourceFile, seen: Set<string>): AsyncGenerator<Row[]> {
  if (file.format === "csv" || file.format === "tsv") return readCsv(file);
  if (file.format === "jsonl") return readJsonLines(file);
  return file.format === "json" ? readJson(file) : readDeclarations(file, seen);
}

async function* cutAndProject(
  batches: AsyncGenerator<Row[]>,
  { file, window, columns }: { file: SourceFile; window: Window; columns: readonly string[] | undefined },
): AsyncGenerator<Row[]> {
  let checked = false;
  for await (const batch of batches) {
    if (columns && !checked && batch.length > 0) {
      checkColumns(columns, new Set(batch.flatMap((row) => Object.keys(row))), file.path);
      checked = true;
    }
    const skipped = Math.min(window.skip, batch.length);
    window.skip -= skipped;
    const rows = batch.slice(skipped, skipped + window.take);
    window.take -= rows.length;
    if (rows.length > 0) yield columns ? rows.map((row) => project(row, columns)) : rows;
    if (window.take <= 0) return;
  }
}

function project(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(columns.map((column) => [column, row[column]]));
}

function checkColumns(wanted: readonly string[], there: Iterable<string>, path: string): void {
  const names = [...there];
  const missing = wanted.find((column) => !names.includes(column));
  if (missing === undefined) return;
  throw new RangeError(
    `Cannot read ${path}: there is no column "${missing}"; choose from ${names.join(", ")}`,
  );
}
