import {
  type ColumnChunk,
  footerOf,
  type KeyValue,
  type ParquetFile,
  type SchemaElement,
} from "./_parquet.ts";
import { ByteWriter, type ColumnSource, ParquetWriter } from "./_parquet_writer.ts";
import { listSchema, VectorPages } from "./_vector_pages.ts";

/** Numbers of vectors, one row after the other. */
export type ColumnCodes = Float32Array | Float16Array | Int8Array | Uint8Array;

/** A column of lists that all have the same length. */
export interface VectorColumn {
  /** Its name. */
  name: string;
  /** Type of the numbers. */
  type: "float32" | "float16" | "int8" | "uint8";
  /** Numbers of a row, 1 or more. */
  width: number;
}

/** A column of values, as it is described before there are any. */
export interface ValueColumn {
  /** Its name. */
  name: string;
  /** What its values are; JSON is any value, written as JSON text. */
  type: "STRING" | "JSON" | "BOOLEAN" | "INT64" | "DOUBLE";
}

/** Bytes copied at once. */
const COPIED_BYTES = 1 << 22;

/** Arrow's own schema, which some writers add: it would not know the new column. */
const ARROW_SCHEMA = "ARROW:schema";

/**
 * Writes a Parquet file of some columns and one column of vectors beside them, row group by row group in bounded memory.
 * The columns are copied from other files byte for byte, or given as values.
 */
export class VectorParquetWriter {
  readonly #bytes: ByteWriter;
  readonly #file: ParquetWriter;
  readonly #column: VectorColumn;
  readonly #schema: readonly SchemaElement[];
  #open: { columns: ColumnChunk[]; rows: number; start: number; vectors: VectorPages } | undefined;

  private constructor(
    write: (bytes: Uint8Array) => void,
    column: VectorColumn,
    { schema, kvMetadata }: { schema: readonly SchemaElement[]; kvMetadata?: KeyValue[] },
  ) {
    this.#bytes = new ByteWriter(write);
    this.#column = column;
    this.#schema = schema;
    const [root, ...rest] = schema;
    const whole = [{ ...root, num_children: root.num_children! + 1 }, ...rest, ...listSchema(column)];
    this.#file = new ParquetWriter({
      writer: this.#bytes,
      schema: whole,
      kvMetadata,
      createdBy: "lathe",
    });
  }

  /**
   * A file with the columns of another file; see {@linkcode copyGroup}.
   *
   * @param file the other file, or the first of several
   * @param write takes bytes; they are only valid until it returns
   * @param column the column of vectors
   */
  static like(
    file: ParquetFile,
    write: (bytes: Uint8Array) => void,
    column: VectorColumn,
  ): VectorParquetWriter {
    const { schema, key_value_metadata } = footerOf(file);
    const kvMetadata = key_value_metadata?.filter(({ key }) => key !== ARROW_SCHEMA);
    return new VectorParquetWriter(write, column, { schema: schema.map(portable), kvMetadata });
  }

  /**
   * A file with columns of values, any of which may be null; see {@linkcode writeGroup}.
   *
   * @param columns the columns of values
   * @param write takes bytes; they are only valid until it returns
   * @param column the column of vectors
   */
  static of(
    columns: readonly ValueColumn[],
    write: (bytes: Uint8Array) => void,
    column: VectorColumn,
  ): VectorParquetWriter {
    const schema = [{ name: "root", num_children: columns.length }, ...columns.map(valueElement)];
    return new VectorParquetWriter(write, column, { schema });
  }

  /**
   * Begins a row group with the columns of another file's row group, as they are. What the footer says about their
   * smallest and largest values is left out.
   *
   * @throws {TypeError} if the file's columns are not those of this one
   */
  async copyGroup(file: ParquetFile, group: number): Promise<void> {
    if (JSON.stringify(footerOf(file).schema.map(portable)) !== JSON.stringify(this.#schema)) {
      throw new TypeError(
        `Cannot copy the columns of ${file.name}: they differ from those of the first file; encode it by itself`,
      );
    }
    this.#closeGroup();
    const start = this.#bytes.offset;
    const columns = [];
    for (const chunk of footerOf(file).row_groups[group].columns) {
      columns.push(await this.#copyChunk(file, chunk));
    }
    const vectors = new VectorPages(this.#bytes, this.#column);
    this.#open = { columns, rows: file.groupRows[group], start, vectors };
  }

  /** Begins a row group with columns of values, one array of equal length for each. */
  writeGroup(values: readonly (readonly unknown[])[]): void {
    this.#closeGroup();
    const start = this.#bytes.offset;
    const elements = this.#schema.slice(1);
    const columnData = elements.map(({ name }, i) => ({ name, data: values[i] })) as ColumnSource[];
    const rows = values[0].length;
    this.#file.write({ columnData, rowGroupSize: rows });
    const { columns } = this.#file.row_groups.pop()!;
    this.#file.num_rows -= BigInt(rows);
    this.#open = { columns, rows, start, vectors: new VectorPages(this.#bytes, this.#column) };
  }

  /** Writes the vectors of the row group's next rows. */
  appendVectors(codes: ColumnCodes): void {
    this.#open!.vectors.append(codes);
  }

  /**
   * Completes the file.
   *
   * @param metadata what the footer says besides, by key
   */
  finish(metadata: Readonly<Record<string, string>> = {}): void {
    this.#closeGroup();
    const added = Object.entries(metadata).map(([key, value]) => ({ key, value }));
    if (added.length > 0) this.#file.kvMetadata = [...this.#file.kvMetadata ?? [], ...added];
    this.#file.finish();
  }

  async #copyChunk(file: ParquetFile, chunk: ColumnChunk): Promise<ColumnChunk> {
    const facts = chunk.meta_data!;
    const from = Number(facts.dictionary_page_offset || facts.data_page_offset);
    const end = from + Number(facts.total_compressed_size);
    const moved = BigInt(this.#bytes.offset - from);
    for (let at = from; at < end; at += COPIED_BYTES) {
      this.#bytes.appendBytes(await file.slice(at, Math.min(end, at + COPIED_BYTES)));
      this.#bytes.flush();
    }
    const { dictionary_page_offset, index_page_offset, statistics, ...rest } = facts;
    return {
      file_offset: BigInt(from) + moved,
      meta_data: {
        ...rest,
        data_page_offset: facts.data_page_offset + moved,
        ...(dictionary_page_offset ? { dictionary_page_offset: dictionary_page_offset + moved } : {}),
        ...(index_page_offset ? { index_page_offset: index_page_offset + moved } : {}),
        bloom_filter_offset: undefined,
        bloom_filter_length: undefined,
        statistics: statistics && { null_count: statistics.null_count },
      },
    };
  }

  #closeGroup(): void {
    if (this.#open === undefined) return;
    const { columns, rows, start, vectors } = this.#open;
    this.#open = undefined;
    if (vectors.rows !== rows) {
      throw new RangeError(
        `Cannot close a row group of ${rows} rows: it has ${vectors.rows} vectors; give one for each`,
      );
    }
    const all = [...columns, vectors.chunk()];
    this.#file.row_groups.push({
      columns: all,
      total_byte_size: all.reduce((sum, { meta_data }) => sum + meta_data!.total_uncompressed_size, 0n),
      num_rows: BigInt(rows),
      total_compressed_size: BigInt(this.#bytes.offset - start),
    });
    this.#file.num_rows += BigInt(rows);
    this.#bytes.flush();
  }
}

/**
 * An element as the writer's library can write it again: whole numbers of other sizes have a converted type that says
 * the same as their logical type, which the library writes with a field too wide for strict readers.
 */
function portable(element: SchemaElement): SchemaElement {
  return element.logical_type?.type === "INTEGER" ? { ...element, logical_type: undefined } : element;
}

function valueElement({ name, type }: ValueColumn): SchemaElement {
  const repetition_type = "OPTIONAL" as const;
  if (type === "STRING") return { name, repetition_type, type: "BYTE_ARRAY", converted_type: "UTF8" };
  if (type === "JSON") return { name, repetition_type, type: "BYTE_ARRAY", converted_type: "JSON" };
  return { name, repetition_type, type };
}
