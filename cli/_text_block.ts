import type { ParquetFile } from "../data/mod.ts";

/** Texts that are encoded together, and what stands beside their vectors. */
export interface TextBlock {
  /** The texts. */
  texts: readonly string[];
  /**
   * JSON of the record that vector i joins: the line as it stands, which parsing and writing again would change
   * (`12345678901234567890`, `1.0`), or `{"text":...}` for plain lines.
   */
  record(i: number): string;
  /** The row group that the texts are a part of, if they are of a Parquet file. */
  group?: TextGroup;
}

/** A row group of a Parquet file. */
export interface TextGroup {
  /** The file. */
  file: ParquetFile;
  /** Number of the row group, from 0. */
  index: number;
}

/** The field or column that a vector is written to. */
export const VECTOR_FIELD = "embedding";

/** Most texts of a block: their vectors are in memory together. */
export const BLOCK_TEXTS = 4096;
