import type { Hub } from "../../hub/mod.ts";
import type { ColumnRoles } from "../columns.ts";
import { type CheckedRows, RowFilter, toNumber } from "../row_filter.ts";
import { readRows, type Row } from "../rows.ts";
import type { ResolvedSource } from "../source.ts";
import type { ShardFile } from "./_shard_file.ts";
import { GROUP_BITS, GROUPS } from "./_shard_header.ts";
import { type StoreUnit, unitSource } from "./_units.ts";
import type { ValuesFile } from "./_values_file.ts";

/** Rows of the source that are looked at at once. */
const SLICE_ROWS = 16_384;

/** Where the values of a column are read. */
export interface ColumnValuesOptions {
  /** Name of the data set, for messages. */
  name: string;
  /** The source that the store was made from. */
  source: ResolvedSource;
  /** Its parts. */
  units: readonly StoreUnit[];
  /** Columns that the store was made of. */
  roles: ColumnRoles;
  /** Labels of a row; 0 without labels. */
  labelWidth: number;
  /** Column of numbers. */
  column: string;
  /** Where files of the hub are read from. */
  hub?: Hub;
  /** Ends it between two slices. */
  signal?: AbortSignal;
  /** Hears of rows that were read. */
  onRows: (rows: number) => void;
}

/**
 * Reads a column of the source once more, in the order of the shards: every shard's values in the order of its rows.
 *
 * @param out where the values are appended
 * @throws {RangeError} if the column has no finite number for a row of the store
 * @throws {Error} if the rows are not those that the store was made from
 */
export async function readColumnValues(
  shards: readonly ShardFile[],
  options: ColumnValuesOptions,
  out: ValuesFile,
): Promise<void> {
  const { source, units, roles: { texts, label }, column, hub, signal } = options;
  const columns = [...new Set([...texts, ...label === undefined ? [] : [label], column])];
  let next = 0;
  for (const [unit, part] of units.entries()) {
    let shard = ShardValues.of(shards[next], options);
    for await (const rows of readRows(unitSource(source, part), { columns, hub })) {
      for (let at = 0; at < rows.length;) {
        signal?.throwIfAborted();
        if (shard.isFull && shards[next + 1]?.header.unit === unit) {
          out.append(shard.finish());
          shard = ShardValues.of(shards[++next], options);
        }
        const count = Math.min(SLICE_ROWS, rows.length - at, shard.room);
        if (count === 0) throw otherRows(options.name);
        shard.push(rows.slice(at, at + count));
        options.onRows(count);
        at += count;
      }
    }
    out.append(shard.finish());
    next++;
  }
}

/** The values of one shard, put in the places of its rows. */
class ShardValues {
  readonly #filter: RowFilter;
  readonly #values: Float32Array;
  /** Words of the row hashes, group by group, and where each group begins. */
  readonly #words: Uint32Array;
  readonly #starts: Uint32Array;
  /** Rows of every group that have their value. */
  readonly #done = new Uint32Array(GROUPS);
  #read = 0;

  private constructor(private readonly shard: ShardFile, private readonly options: ColumnValuesOptions) {
    const { roles, labelWidth } = options;
    this.#filter = new RowFilter(roles, labelWidth === 0 ? undefined : labelWidth);
    this.#values = new Float32Array(shard.header.rows);
    const { words, starts } = shard.readFixed(0, GROUPS);
    this.#words = words;
    this.#starts = starts;
  }

  static of(shard: ShardFile | undefined, options: ColumnValuesOptions): ShardValues {
    if (shard === undefined) throw otherRows(options.name);
    return new ShardValues(shard, options);
  }

  /** Rows of the source that it was made from and that are still to come. */
  get room(): number {
    const { start, end } = this.shard.header;
    return end - start - this.#read;
  }

  get isFull(): boolean {
    return this.room === 0;
  }

  push(rows: readonly Row[]): void {
    const checked = this.#filter.check(rows);
    for (let i = 0; i < checked.count; i++) this.#place(checked, i, rows);
    this.#read += rows.length;
  }

  finish(): Float32Array {
    const { rowStarts } = this.shard.header;
    if (this.isFull && this.#done.every((rows, g) => rows === rowStarts[g + 1] - rowStarts[g])) {
      return this.#values;
    }
    throw otherRows(this.options.name);
  }

  /** A row that the tokenizer found empty is not in the shard: its hash is not the next one of its group. */
  #place({ rowHashes, places }: CheckedRows, i: number, rows: readonly Row[]): void {
    const [low, high] = [rowHashes[2 * i], rowHashes[2 * i + 1]];
    const group = high >>> (32 - GROUP_BITS);
    const { rowStarts } = this.shard.header;
    const done = this.#done[group];
    if (done === rowStarts[group + 1] - rowStarts[group]) return;
    const at = this.#starts[group] + 2 * done;
    if (this.#words[at] !== low || this.#words[at + 1] !== high) return;
    this.#done[group]++;
    const { column, name } = this.options;
    const given = rows[places[i]][column];
    const value = toNumber(given);
    if (!Number.isFinite(Math.fround(value))) {
      const shown = typeof given === "string" ? JSON.stringify(given) : String(given);
      const row = this.shard.header.start + this.#read + places[i] + 1;
      throw new RangeError(
        `Cannot rank ${name} by column "${column}": row ${row} has ${shown}, which is no finite number; ` +
          "mend the column, or name another",
      );
    }
    this.#values[rowStarts[group] + done] = value;
  }
}

function otherRows(name: string): Error {
  return new Error(
    `Cannot rank ${name}: its rows are not those that its token ids were made from; leave the files alone and start again`,
  );
}
