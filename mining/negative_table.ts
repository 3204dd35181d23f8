import { ParquetTable } from "../data/mod.ts";
import type { MinedAnchor } from "./mined_anchor.ts";
import { NEGATIVE_FORMATS, type NegativeFormat, type NegativeLayout } from "./negative_format.ts";

/** Options of {@linkcode NegativeTable}. */
export interface NegativeTableOptions {
  /** How anchors are laid out in rows. */
  format: NegativeFormat;
  /** Negatives that were asked for. */
  negatives: number;
  /** Takes bytes of the file; they are only valid until it returns. */
  write: (bytes: Uint8Array) => void;
}

/** Rows of a row group, and UTF-16 units of its texts: what is reached first. */
const GROUP = { rows: 1 << 14, units: 1 << 24 } as const;

/** Writes mined anchors as Parquet, in memory that does not grow with them. */
export class NegativeTable {
  readonly #layout: NegativeLayout;
  readonly #negatives: number;
  readonly #table: ParquetTable;
  readonly #columns: unknown[][];
  #units = 0;
  #rows = 0;

  /** Begins a file. */
  constructor({ format, negatives, write }: NegativeTableOptions) {
    this.#layout = NEGATIVE_FORMATS[format];
    this.#negatives = negatives;
    const columns = this.#layout.columns(negatives);
    this.#table = new ParquetTable(columns, write);
    this.#columns = columns.map(() => []);
  }

  /** Rows so far. */
  get rows(): number {
    return this.#rows;
  }

  /** Adds an anchor's rows: none if the format needs more negatives than it has. */
  add(mined: MinedAnchor): void {
    for (const row of this.#layout.rows(mined, this.#negatives)) {
      row.forEach((value, i) => {
        this.#columns[i].push(value);
        this.#units += unitsOf(value);
      });
      this.#rows++;
      if (this.#columns[0].length === GROUP.rows || this.#units >= GROUP.units) this.#writeGroup();
    }
  }

  /** Completes the file. */
  finish(): void {
    if (this.#columns[0].length > 0) this.#writeGroup();
    this.#table.finish();
  }

  #writeGroup(): void {
    this.#table.writeGroup(this.#columns);
    for (const column of this.#columns) column.length = 0;
    this.#units = 0;
  }
}

function unitsOf(value: unknown): number {
  if (typeof value === "string") return value.length;
  return Array.isArray(value) ? value.reduce<number>((sum, each) => sum + unitsOf(each), 0) : 8;
}
