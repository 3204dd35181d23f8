import type { SchemaElement } from "./_parquet.ts";
import { ByteWriter, type ColumnSource, ParquetWriter } from "./_parquet_writer.ts";

/** A column of a table; none of its values is null. */
export interface TableColumn {
  /** Its name. */
  name: string;
  /** What its values are. */
  type: "STRING" | "INT32" | "DOUBLE";
  /**
   * Whether every value is a list of them.
   * @default false
   */
  list?: boolean;
}

/** Writes a Parquet file of texts, numbers and lists of either, row group by row group, compressed by Snappy. */
export class ParquetTable {
  readonly #columns: readonly TableColumn[];
  readonly #bytes: ByteWriter;
  readonly #file: ParquetWriter;

  /**
   * Begins a file.
   *
   * @param columns its columns
   * @param write takes bytes; they are only valid until it returns
   */
  constructor(columns: readonly TableColumn[], write: (bytes: Uint8Array) => void) {
    this.#columns = columns;
    this.#bytes = new ByteWriter(write);
    const schema = [
      { name: "root", num_children: columns.length },
      ...columns.flatMap(elementsOf),
    ] as SchemaElement[];
    this.#file = new ParquetWriter({ writer: this.#bytes, schema, createdBy: "lathe" });
  }

  /** Writes a row group: one array of values for each column, all of one length, at least 1. */
  writeGroup(values: readonly (readonly unknown[])[]): void {
    const columnData = this.#columns.map(({ name }, i) => ({ name, data: values[i] })) as ColumnSource[];
    this.#file.write({ columnData, rowGroupSize: values[0].length });
    this.#bytes.flush();
  }

  /** Completes the file. */
  finish(): void {
    this.#file.finish();
  }
}

/**
 * The elements of a column, lists in three levels.
 *
 * Source: https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists
 */
function elementsOf({ name, type, list = false }: TableColumn): SchemaElement[] {
  const leaf: Partial<SchemaElement> = type === "STRING"
    ? { type: "BYTE_ARRAY", converted_type: "UTF8" }
    : { type };
  const repetition_type = "REQUIRED" as const;
  if (!list) return [{ name, repetition_type, ...leaf }];
  return [
    { name, repetition_type, converted_type: "LIST", num_children: 1 },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", repetition_type, ...leaf },
  ];
}
