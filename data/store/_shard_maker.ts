import type { Tokenizer } from "../../text/mod.ts";
import { RowFilter, type UsableRows } from "../row_filter.ts";
import type { Row } from "../rows.ts";
import { ShardEncoder } from "./_encode_shard.ts";
import { ShardRows } from "./_shard_rows.ts";
import { writeWhole } from "./_write_whole.ts";
import { shardName } from "./_shard_name.ts";

/** Rows that are tokenized at once. */
const SLICE_ROWS = 1024;
/** Characters of text after which fewer rows are tokenized at once. */
const SLICE_CHARACTERS = 4 * 2 ** 20;
/** Token ids after which a shard takes no more rows. */
const SHARD_TOKENS = 16 * 2 ** 20;

/** Where the shards of a run of rows begin and end. */
export interface ShardRun {
  /** Place of the unit in the store. */
  unit: number;
  /** Place of the first shard in the unit. */
  part: number;
  /** First row of the unit. */
  start: number;
  /** Whether the unit ends with the run. */
  last: boolean;
  /** Rows that a shard is made of at most. */
  shardRows: number;
}

/** What makes shards of rows. */
export interface ShardMakerParts {
  folder: string;
  filter: RowFilter;
  tokenizer: Tokenizer;
  rows: ShardRows;
  encoder: ShardEncoder;
}

/**
 * Makes shards of rows that come one after the other. Where a shard ends depends on the rows since its beginning alone,
 * not on how they come, so that a shard that is made again has the same bytes.
 */
export class ShardMaker {
  #slice: Row[] = [];
  #characters = 0;
  #part: number;
  #start: number;

  /**
   * @param run the rows
   * @param parts memory and tools, which several makers may use one after the other
   * @param onRows hears of rows that were read and can be used, slice by slice
   */
  constructor(
    private readonly run: ShardRun,
    private readonly parts: ShardMakerParts,
    private readonly onRows: (rows: UsableRows) => void,
  ) {
    this.#part = run.part;
    this.#start = run.start;
    parts.rows.clear();
  }

  /** Takes the next rows. */
  push(rows: readonly Row[]): void {
    for (const row of rows) {
      // A shard is closed when a row comes that is not in it: only then is it certain that it is not the last one.
      if (this.#isFull()) this.#close(false);
      this.#slice.push(row);
      for (const key in row) {
        const value = row[key];
        if (typeof value === "string") this.#characters += value.length;
      }
      if (this.#slice.length === this.#sliceRows || this.#characters >= SLICE_CHARACTERS) this.#flush();
    }
  }

  /** Writes the last shard. */
  finish(): void {
    this.#flush();
    this.#close(this.run.last);
  }

  get #sliceRows(): number {
    return Math.min(SLICE_ROWS, this.run.shardRows - this.parts.rows.read);
  }

  #isFull(): boolean {
    const { read, tokens } = this.parts.rows;
    return read === this.run.shardRows || tokens >= SHARD_TOKENS;
  }

  #flush(): void {
    const { filter, tokenizer, rows } = this.parts;
    if (this.#slice.length === 0) return;
    const usable = filter.accept(this.#slice, tokenizer);
    rows.append(usable);
    this.#slice = [];
    this.#characters = 0;
    this.onRows(usable);
  }

  #close(last: boolean): void {
    const { rows, encoder, folder } = this.parts;
    const { unit } = this.run;
    const start = this.#start;
    const end = start + rows.read;
    const bytes = encoder.encode(rows, { unit, part: this.#part, start, end, last });
    writeWhole(`${folder}/${shardName(unit, this.#part)}`, bytes, true);
    rows.clear();
    this.#part++;
    this.#start = end;
  }
}
