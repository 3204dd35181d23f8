import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { Row } from "./rows.ts";

/**
 * The decompressors of the format's codecs. Of nothing, as in the empty dictionary of a column that is all null, nothing
 * is made: the package's LZ4 would look for more.
 */
const COMPRESSORS: Compressors = Object.fromEntries(
  Object.entries(compressors).map(([codec, decompress]) => [
    codec,
    (input: Uint8Array, length: number) => length === 0 ? new Uint8Array(0) : decompress!(input, length),
  ]),
);

/** Rows decoded at once from row groups larger than this, if the file has the page index that this needs. */
const WINDOW_ROWS = 1 << 16;

/** An open Parquet file. It is read by ranges: the footer first, then row group by row group. */
export class ParquetFile {
  /** Names of the top-level columns, in their order. */
  readonly columns: readonly string[];
  /** Number of rows. */
  readonly rowCount: number;

  private constructor(
    readonly path: string,
    private readonly buffer: AsyncBuffer,
    private readonly metadata: FileMetaData,
    private readonly file: Deno.FsFile,
  ) {
    this.columns = parquetSchema(metadata).children.map((child) => child.element.name);
    this.rowCount = Number(metadata.num_rows);
  }

  /**
   * Opens a file and reads its footer.
   *
   * @throws {SyntaxError} if the footer cannot be read
   */
  static async open(path: string): Promise<ParquetFile> {
    const file = await Deno.open(path);
    try {
      const buffer = bufferOf(file);
      const metadata = await parquetMetadataAsync(buffer).catch((cause) => refuse(path, cause));
      return new ParquetFile(path, buffer, metadata, file);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /**
   * Rows `start .. end` with the named columns only.
   *
   * @throws {SyntaxError} if a page cannot be decoded
   */
  async *read(columns: readonly string[], start: number, end: number): AsyncGenerator<Row[]> {
    let groupStart = 0;
    for (const group of this.metadata.row_groups) {
      const groupEnd = groupStart + Number(group.num_rows);
      // Without a page index, reading a window would decode the whole row group for every window.
      const indexed = group.columns.every((chunk) => chunk.offset_index_offset !== undefined);
      const last = Math.min(end, groupEnd);
      for (let from = Math.max(start, groupStart); from < last;) {
        const to = indexed ? Math.min(last, from + WINDOW_ROWS) : last;
        yield await this.#readWindow([...columns], from, to);
        from = to;
      }
      groupStart = groupEnd;
    }
  }

  /** Closes the file. */
  close(): void {
    this.file.close();
  }

  async #readWindow(columns: string[], rowStart: number, rowEnd: number): Promise<Row[]> {
    const { buffer: file, metadata } = this;
    const options = {
      file,
      metadata,
      columns,
      rowStart,
      rowEnd,
      compressors: COMPRESSORS,
      useOffsetIndex: true,
    };
    const rows = await parquetReadObjects(options).catch((cause) => refuse(this.path, cause));
    if (rows.length !== rowEnd - rowStart) refuse(this.path, new Error("rows are missing"));
    return rows;
  }
}

function refuse(path: string, cause: unknown): never {
  const problem = `it is not a whole Parquet file (${(cause as Error).message})`;
  throw new SyntaxError(`Cannot read ${path}: ${problem}; download or write it again`, { cause });
}

/** Reads synchronously: hyparquet asks for several ranges at once, and they share one file position. */
function bufferOf(file: Deno.FsFile): AsyncBuffer {
  const byteLength = file.statSync().size;
  return {
    byteLength,
    slice(start: number, end: number = byteLength): ArrayBuffer {
      const bytes = new Uint8Array(end - start);
      file.seekSync(start, Deno.SeekMode.Start);
      for (let at = 0; at < bytes.length;) {
        const count = file.readSync(bytes.subarray(at));
        if (count === null) throw new Error(`the file ends before byte ${end}`);
        at += count;
      }
      return bytes.buffer;
    },
  };
}
