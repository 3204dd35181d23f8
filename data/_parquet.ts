import {
  type Compressors,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type RowGroup,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { Hub } from "../hub/mod.ts";
import { type ByteSpan, type FileBytes, openFileBytes } from "./_file_bytes.ts";
import type { Row } from "./rows.ts";
import type { SourceFile } from "./source.ts";

export type { ColumnChunk, KeyValue, SchemaElement } from "hyparquet";

/** The footer of a file, as the package decodes it. */
export type ParquetFooter = Awaited<ReturnType<typeof parquetMetadataAsync>>;

/** The footer of an open file, for those who copy parts of it. */
export let footerOf: (file: ParquetFile) => ParquetFooter;

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

/**
 * Footers of files on a hub that were opened last, by the version of the file: a file that is opened for one row group after
 * the other is asked for its footer once. More are not kept: thousands of row groups make tens of megabytes.
 */
const FOOTERS = new WeakMap<Hub, Map<string, ParquetFooter>>();
const MOST_FOOTERS = 4;

/** Rows `from .. to` of a row group. */
interface GroupPart {
  group: RowGroup;
  from: number;
  to: number;
  /** Whether a part of it can be read without the rest. */
  isIndexed: boolean;
  isWhole: boolean;
}

/** An open Parquet file. It is read by ranges: the footer first, then row group by row group. */
export class ParquetFile {
  static {
    footerOf = (file) => file.metadata;
  }

  /** Names of the top-level columns, in their order. */
  readonly columns: readonly string[];
  /** Number of rows. */
  readonly rowCount: number;
  /** Rows of every row group. */
  readonly groupRows: readonly number[];

  private constructor(
    readonly name: string,
    private readonly bytes: FileBytes,
    private readonly metadata: ParquetFooter,
  ) {
    this.columns = parquetSchema(metadata).children.map((child) => child.element.name);
    this.rowCount = Number(metadata.num_rows);
    this.groupRows = metadata.row_groups.map((group) => Number(group.num_rows));
  }

  /**
   * Opens a file and reads its footer.
   *
   * @throws {SyntaxError} if the footer cannot be read
   */
  static async open(file: SourceFile, hub: Hub): Promise<ParquetFile> {
    const { path, version, repository } = file;
    const name = repository ? `hf://${repository.kind}/${repository.id}/${path}` : path;
    const bytes = await openFileBytes(file, hub);
    try {
      const known = repository && FOOTERS.get(hub)?.get(version);
      const metadata = known ?? await parquetMetadataAsync(bytes).catch((cause) => refuse(name, cause));
      if (repository) keepFooter(hub, version, metadata);
      return new ParquetFile(name, bytes, metadata);
    } catch (error) {
      bytes.close();
      throw error;
    }
  }

  /**
   * Rows `start .. end` with the named columns only.
   *
   * @throws {SyntaxError} if a page cannot be decoded
   */
  async *read(columns: readonly string[], start: number, end: number): AsyncGenerator<Row[]> {
    const parts = this.#partsIn(start, end);
    const inOneGo = parts.filter(({ isWhole, isIndexed }) => isWhole || !isIndexed);
    this.bytes.plan(inOneGo.map(({ group }) => chunkSpans(group, columns)));
    for (const { group, from: first, to: last, isIndexed } of parts) {
      this.bytes.release(Math.min(...chunkSpans(group, columns).map((span) => span.start)));
      for (let from = first; from < last;) {
        // Without a page index, reading a window would decode the whole row group for every window.
        const to = isIndexed ? Math.min(last, from + WINDOW_ROWS) : last;
        yield await this.#readWindow([...columns], from, to);
        from = to;
      }
    }
  }

  /** The rows of one row group, as {@linkcode read}. */
  readGroup(columns: readonly string[], group: number): AsyncGenerator<Row[]> {
    const start = this.groupRows.slice(0, group).reduce((sum, rows) => sum + rows, 0);
    return this.read(columns, start, start + this.groupRows[group]);
  }

  /** Bytes `start .. end` as they lie in the file. */
  async slice(start: number, end: number): Promise<Uint8Array> {
    return new Uint8Array(await this.bytes.slice(start, end));
  }

  /** What the footer says besides, by key. */
  get keyValues(): ReadonlyMap<string, string> {
    const entries = this.metadata.key_value_metadata ?? [];
    return new Map(entries.flatMap(({ key, value }) => value === undefined ? [] : [[key, value]]));
  }

  /** Closes the file. */
  close(): void {
    this.bytes.close();
  }

  #partsIn(start: number, end: number): GroupPart[] {
    const parts: GroupPart[] = [];
    let groupStart = 0;
    for (const group of this.metadata.row_groups) {
      const groupEnd = groupStart + Number(group.num_rows);
      const from = Math.max(start, groupStart);
      const to = Math.min(end, groupEnd);
      const isIndexed = group.columns.every((chunk) => chunk.offset_index_offset !== undefined);
      const isWhole = from === groupStart && to === groupEnd;
      if (from < to) parts.push({ group, from, to, isIndexed, isWhole });
      groupStart = groupEnd;
    }
    return parts;
  }

  async #readWindow(columns: string[], rowStart: number, rowEnd: number): Promise<Row[]> {
    const { bytes: file, metadata } = this;
    const options = {
      file,
      metadata,
      columns,
      rowStart,
      rowEnd,
      compressors: COMPRESSORS,
      useOffsetIndex: true,
    };
    const rows = await parquetReadObjects(options).catch((cause) => refuse(this.name, cause));
    if (rows.length !== rowEnd - rowStart) refuse(this.name, new Error("rows are missing"));
    return rows;
  }
}

function keepFooter(hub: Hub, version: string, metadata: ParquetFooter): void {
  const footers = FOOTERS.get(hub) ?? new Map<string, ParquetFooter>();
  footers.delete(version);
  footers.set(version, metadata);
  if (footers.size > MOST_FOOTERS) footers.delete(footers.keys().next().value!);
  FOOTERS.set(hub, footers);
}

/** Where the chunks of some columns lie. */
function chunkSpans(group: RowGroup, columns: readonly string[]): ByteSpan[] {
  return group.columns.flatMap(({ meta_data: chunk }) => {
    if (!chunk || !columns.includes(chunk.path_in_schema[0])) return [];
    const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
    return [{ start, end: start + Number(chunk.total_compressed_size) }];
  });
}

/** What the hub says is a sentence of its own, as is that all was stopped: the bytes could not be had. */
function refuse(name: string, cause: unknown): never {
  const { message } = cause as Error;
  if (/^(Cannot|Stopped)\b/.test(message)) throw cause;
  const problem = `it is not a whole Parquet file (${message})`;
  throw new SyntaxError(`Cannot read ${name}: ${problem}; download or write it again`, { cause });
}
