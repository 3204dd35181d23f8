import type { ParquetFile, Row } from "../data/mod.ts";
import { BLOCK_TEXTS, type TextBlock, VECTOR_FIELD } from "./_text_block.ts";

/** Options of {@linkcode readParquetTexts}. */
export interface ReadParquetTextsOptions {
  /** The column that holds the texts. */
  column: string;
  /** Numbers of the row groups to read, in order. */
  groups: Iterable<number>;
  /** Whether the other columns are read, too, for {@linkcode TextBlock.record}. */
  withRecords: boolean;
  /** Whether a vector will stand beside the columns, none of which may then be called so. */
  joinsVector: boolean;
}

/**
 * Reads the texts of a Parquet file, row group by row group.
 *
 * @param file The open file.
 * @param options Column and row groups.
 * @throws {RangeError} If there is no such column.
 * @throws {TypeError} If a value is no text, or a column has the name that the vectors' column gets.
 * @throws {SyntaxError} If a page cannot be decoded.
 */
export async function* readParquetTexts(
  file: ParquetFile,
  { column, groups, withRecords, joinsVector }: ReadParquetTextsOptions,
): AsyncGenerator<TextBlock> {
  checkColumns(file, column, joinsVector);
  const starts = groupStarts(file);
  for (const index of groups) {
    let first = starts[index];
    for await (const rows of file.readGroup(withRecords ? file.columns : [column], index)) {
      for (let start = 0; start < rows.length; start += BLOCK_TEXTS) {
        const part = rows.slice(start, start + BLOCK_TEXTS);
        const texts = part.map((row, i) => textOf(row, column, `${file.name}: row ${first + start + i + 1}`));
        yield { texts, record: (i) => recordOf(part[i]), group: { file, index } };
      }
      first += rows.length;
    }
  }
}

/** Number, from 0, of the first row of every row group. */
export function groupStarts({ groupRows }: ParquetFile): number[] {
  let start = 0;
  return groupRows.map((rows) => {
    start += rows;
    return start - rows;
  });
}

function checkColumns(file: ParquetFile, column: string, joinsVector: boolean): void {
  if (!file.columns.includes(column)) {
    throw new RangeError(
      `Cannot read ${file.name}: there is no column ${column}; it has ${
        file.columns.join(", ")
      }: name one by --field`,
    );
  }
  if (joinsVector && file.columns.includes(VECTOR_FIELD)) {
    throw new TypeError(
      `Cannot read ${file.name}: it has a column ${VECTOR_FIELD} already; rename it, or write an .npy file`,
    );
  }
}

function textOf(row: Row, column: string, place: string): string {
  const text = row[column];
  if (typeof text === "string") return text;
  throw new TypeError(
    `Cannot read ${place} has no text in ${column}; drop such rows, or name another column by --field`,
  );
}

/** Whole numbers of 64 bits keep all digits; bytes become base64, dates ISO 8601. */
function recordOf(row: Row): string {
  return JSON.stringify(row, (_, value) => {
    if (typeof value === "bigint") return rawJson(value.toString());
    return value instanceof Uint8Array ? value.toBase64() : value;
  });
}

/** JSON text that goes into JSON as it stands; the type library does not know it yet. */
function rawJson(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
}
