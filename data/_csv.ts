import { CsvError, parse } from "csv-parse";
import { pipeline, Readable } from "node:stream";
import type { Row } from "./rows.ts";
import type { SourceFile } from "./source.ts";
import { readTextChunks } from "./_text_chunks.ts";

/** Rows handed on at once. */
const BATCH_ROWS = 1024;

/**
 * Rows of a CSV or TSV file whose first line names the columns. Fields may be quoted and hold line feeds (RFC 4180);
 * all values are strings. In TSV, where quotes are seldom meant as such, a quote inside a field stands for itself.
 *
 * @throws {SyntaxError} naming file and line, if a record is malformed or has another number of fields, or two columns
 * have one name
 */
export async function* readCsv(file: SourceFile): AsyncGenerator<Row[]> {
  const isTsv = file.format === "tsv";
  const parser = parse({
    columns: (names: string[]) => checkedHeader(names, file.path),
    delimiter: isTsv ? "\t" : ",",
    record_delimiter: ["\r\n", "\n"],
    relax_quotes: isTsv,
    skip_empty_lines: true,
  });
  const records = pipeline(Readable.from(readTextChunks(file)), parser, () => {});
  let rows: Row[] = [];
  try {
    for await (const record of records) {
      rows.push(record);
      if (rows.length < BATCH_ROWS) continue;
      yield rows;
      rows = [];
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const problem = `line ${cause.lines} is malformed (${cause.message})`;
    throw new SyntaxError(`Cannot read ${file.path}: ${problem}; correct or remove it`, { cause });
  }
  if (rows.length > 0) yield rows;
}

/** Of two columns of one name the rows would silently keep the last. */
function checkedHeader(names: string[], path: string): string[] {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return names;
  throw new SyntaxError(
    `Cannot read ${path}: its first line names column "${twice}" twice; give every column its own name`,
  );
}
