import { readCsv } from "./_csv.ts";
import { readJson, readJsonLines } from "./_json_lines.ts";
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
}

/** The rows still to pass over and to take, across the files of a source. */
interface Window {
  skip: number;
  take: number;
}

/**
 * The rows of a source in batches, file after file, in bounded memory: Parquet by row groups and only the columns asked
 * for, text formats by lines.
 *
 * @throws {SyntaxError} naming the file (and the line, where there are lines), if a file is damaged
 * @throws {RangeError} if a column is missing; the message lists those there are
 */
export async function* readRows(
  source: ResolvedSource,
  options: ReadRowsOptions = {},
): AsyncGenerator<Row[]> {
  const { start, end } = source.range;
  const window = { skip: start, take: Math.min(end - start, options.limit ?? Infinity) };
  // Declaration files repeat each other: the reader remembers what it has given, file after file.
  const seen = new Set<string>();
  for (const file of source.files) {
    if (window.take <= 0) return;
    if (file.format === "parquet") yield* readParquet(file, window, options.columns);
    else yield* cutAndProject(readTextFormat(file, seen), { file, window, columns: options.columns });
  }
}

/**
 * Names of the columns, in their order: those of the first file's schema, header or first row.
 *
 * @throws {RangeError} if the source has no rows
 */
export async function readColumnNames(source: ResolvedSource): Promise<string[]> {
  if (source.files[0].format === "parquet") {
    const file = await ParquetFile.open(source.files[0].path);
    file.close();
    return [...file.columns];
  }
  for await (const rows of readRows(source, { limit: 1 })) return Object.keys(rows[0]);
  throw new RangeError(`Cannot read ${source.name}: it has no rows; give a source with rows`);
}

/** Number of rows, if it can be told without reading them (Parquet), else undefined. */
export async function countRows(source: ResolvedSource): Promise<number | undefined> {
  let total = 0;
  for (const { format, path } of source.files) {
    if (format !== "parquet") return undefined;
    const file = await ParquetFile.open(path);
    file.close();
    total += file.rowCount;
  }
  return Math.max(0, Math.min(source.range.end, total) - source.range.start);
}

async function* readParquet(
  { path }: SourceFile,
  window: Window,
  columns: readonly string[] | undefined,
): AsyncGenerator<Row[]> {
  const file = await ParquetFile.open(path);
  try {
    if (columns) checkColumns(columns, file.columns, path);
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
