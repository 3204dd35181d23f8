import type { ColumnChunk, SchemaElement } from "./_parquet.ts";
import { type ByteWriter, writePageHeader } from "./_parquet_writer.ts";
import type { ColumnCodes, VectorColumn } from "./vector_parquet.ts";

/** Bytes of values in a page, at most. */
const PAGE_BYTES = 1 << 20;
/** How many codes there are where every number is one byte. */
const CODES = 256;

/** The smallest number of a type. */
const LOWEST = { int8: -128, uint8: 0 } as const;

/** The elements that a column of lists adds to a schema: lists of numbers, none of them null. */
export function listSchema({ name, type }: VectorColumn): SchemaElement[] {
  const leaves: Record<VectorColumn["type"], Partial<SchemaElement>> = {
    float32: { type: "FLOAT" },
    float16: { type: "FIXED_LEN_BYTE_ARRAY", type_length: 2, logical_type: { type: "FLOAT16" } },
    int8: { type: "INT32", converted_type: "INT_8" },
    uint8: { type: "INT32", converted_type: "UINT_8" },
  };
  return [
    { name, repetition_type: "REQUIRED", converted_type: "LIST", num_children: 1 },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", repetition_type: "REQUIRED", ...leaves[type] },
  ];
}

/**
 * The pages of a column of lists in one row group, written one after the other. Numbers lie in the file as they lie in
 * memory; those of one byte each, which the format has no place for, are the codes of a dictionary of all 256.
 *
 * Source: https://parquet.apache.org/docs/file-format/data-pages/encodings/
 */
export class VectorPages {
  readonly #writer: ByteWriter;
  readonly #column: VectorColumn;
  readonly #start: number;
  readonly #dataStart: number;
  readonly #isCoded: boolean;
  #rows = 0;

  constructor(writer: ByteWriter, column: VectorColumn) {
    this.#writer = writer;
    this.#column = column;
    this.#start = writer.offset;
    this.#isCoded = column.type === "int8" || column.type === "uint8";
    if (this.#isCoded) this.#writeDictionary(this.#lowest);
    this.#dataStart = writer.offset;
  }

  /** Rows written so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Writes the vectors of the next rows. */
  append(codes: ColumnCodes): void {
    const { width } = this.#column;
    const rowsAtOnce = Math.max(1, Math.floor(PAGE_BYTES / (width * codes.BYTES_PER_ELEMENT)));
    for (let start = 0; start < codes.length; start += rowsAtOnce * width) {
      this.#writePage(codes.subarray(start, start + rowsAtOnce * width));
      this.#writer.flush();
    }
    this.#rows += codes.length / width;
  }

  /** What the footer says about the column. */
  chunk(): ColumnChunk {
    const { name, width } = this.#column;
    const bytes = BigInt(this.#writer.offset - this.#start);
    return {
      file_offset: BigInt(this.#start),
      meta_data: {
        type: listSchema(this.#column)[2].type!,
        encodings: this.#isCoded ? ["PLAIN", "RLE", "RLE_DICTIONARY"] : ["PLAIN", "RLE"],
        path_in_schema: [name, "list", "element"],
        codec: "UNCOMPRESSED",
        num_values: BigInt(this.#rows * width),
        total_uncompressed_size: bytes,
        total_compressed_size: bytes,
        data_page_offset: BigInt(this.#dataStart),
        ...(this.#isCoded ? { dictionary_page_offset: BigInt(this.#start) } : {}),
      },
    };
  }

  get #lowest(): number {
    return this.#column.type === "int8" ? LOWEST.int8 : LOWEST.uint8;
  }

  #writeDictionary(lowest: number): void {
    const values = Int32Array.from({ length: CODES }, (_, code) => lowest + code);
    writePageHeader(this.#writer, {
      type: "DICTIONARY_PAGE",
      uncompressed_page_size: values.byteLength,
      compressed_page_size: values.byteLength,
      dictionary_page_header: { num_values: CODES, encoding: "PLAIN" },
    });
    this.#writer.appendBytes(bytesOf(values));
  }

  #writePage(codes: ColumnCodes): void {
    const { width } = this.#column;
    const levels = [repetitionLevels(codes.length / width, width), definitionLevels(codes.length)];
    const values = this.#isCoded ? codeValues(codes, this.#lowest) : [bytesOf(codes)];
    const parts = [...levels.flatMap((each) => [lengthOf(each), each]), ...values];
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    writePageHeader(this.#writer, {
      type: "DATA_PAGE",
      uncompressed_page_size: size,
      compressed_page_size: size,
      data_page_header: {
        num_values: codes.length,
        encoding: this.#isCoded ? "RLE_DICTIONARY" : "PLAIN",
        definition_level_encoding: "RLE",
        repetition_level_encoding: "RLE",
      },
    });
    for (const part of parts) this.#writer.appendBytes(part);
  }
}

/** 0 where a row begins, 1 for its other numbers: runs of equal levels. */
function repetitionLevels(rows: number, width: number): Uint8Array {
  if (width === 1) return run(0, rows);
  const row = [...run(0, 1), ...run(1, width - 1)];
  const levels = new Uint8Array(rows * row.length);
  for (let at = 0; at < levels.length; at += row.length) levels.set(row, at);
  return levels;
}

/** 1 for every number: none is missing, and no list is empty. */
function definitionLevels(numbers: number): Uint8Array {
  return run(1, numbers);
}

/** A run of one level of one bit: twice its length as a number of 7 bits a byte, then the level. */
function run(level: 0 | 1, length: number): Uint8Array {
  return Uint8Array.of(...varint(2 * length), level);
}

function varint(value: number): number[] {
  const bytes = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push(value % 128 + 128);
  return [...bytes, value];
}

/** Places in the dictionary: 8 bits each, in groups of eight, the last one filled up. */
function codeValues(codes: ColumnCodes, lowest: number): Uint8Array[] {
  const groups = Math.ceil(codes.length / 8);
  const places = new Uint8Array(8 * groups);
  for (let i = 0; i < codes.length; i++) places[i] = codes[i] - lowest;
  return [Uint8Array.of(8, ...varint(2 * groups + 1)), places];
}

function lengthOf(bytes: Uint8Array): Uint8Array {
  return bytesOf(Uint32Array.of(bytes.length));
}

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
