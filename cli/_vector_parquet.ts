import { type ColumnCodes, openParquet, type VectorColumn, VectorParquetWriter } from "../data/mod.ts";
import { columnValues, type JsonRecord, recordColumns } from "./_record_columns.ts";
import type { TextBlock, TextGroup } from "./_text_block.ts";
import type { VectorCodes } from "./_vector_codes.ts";

/** Writes vectors beside what they were made of. */
export interface VectorTable {
  /** Takes the next texts and their vectors. */
  write(block: TextBlock, vectors: VectorCodes): Promise<void>;
  /** Completes the file. */
  finish(): void;
}

/** Takes bytes, which are only valid until it returns. */
type Write = (bytes: Uint8Array) => void;

/** Rows of a row group that is made of lines, and bytes of its vectors: what is reached first. */
const GROUP = { rows: 1 << 14, bytes: 1 << 26 } as const;

/**
 * Writes the columns of Parquet files as they are, and the vectors' column beside them.
 *
 * @param path The first of the files.
 */
export async function parquetTable(path: string, write: Write, column: VectorColumn): Promise<VectorTable> {
  const file = await openParquet(path);
  const writer = VectorParquetWriter.like(file, write, column);
  file.close();
  let open: TextGroup | undefined;
  return {
    async write({ group }, { codes }) {
      if (open?.file !== group!.file || open.index !== group!.index) {
        open = group!;
        await writer.copyGroup(open.file, open.index);
      }
      writer.appendVectors(codes);
    },
    finish: () => writer.finish(),
  };
}

/** Writes the fields of records as columns, and the vectors' column beside them. */
export class RecordTable implements VectorTable {
  readonly #write: Write;
  readonly #column: VectorColumn;
  #columns: ReturnType<typeof recordColumns> = [{ name: "text", type: "STRING" }];
  #writer: VectorParquetWriter | undefined;
  #written = 0;
  #records: JsonRecord[] = [];
  #vectors: ColumnCodes[] = [];
  #bytes = 0;

  constructor(write: Write, column: VectorColumn) {
    this.#write = write;
    this.#column = column;
  }

  write({ texts, record }: TextBlock, { codes }: VectorCodes): Promise<void> {
    for (let i = 0; i < texts.length; i++) this.#records.push(JSON.parse(record(i)));
    this.#vectors.push(codes.slice()); // the caller uses its memory again
    this.#bytes += codes.byteLength;
    if (this.#records.length >= GROUP.rows || this.#bytes >= GROUP.bytes) this.#writeGroup();
    return Promise.resolve();
  }

  finish(): void {
    if (this.#records.length > 0) this.#writeGroup();
    (this.#writer ??= this.#begin()).finish();
  }

  #writeGroup(): void {
    if (this.#writer === undefined) this.#columns = recordColumns(this.#records);
    const writer = this.#writer ??= this.#begin();
    writer.writeGroup(columnValues(this.#records, this.#columns, this.#written + 1));
    for (const codes of this.#vectors) writer.appendVectors(codes);
    this.#written += this.#records.length;
    [this.#records, this.#vectors, this.#bytes] = [[], [], 0];
  }

  #begin(): VectorParquetWriter {
    return VectorParquetWriter.of(this.#columns, this.#write, this.#column);
  }
}
