import type { TokenBags, Tokenizer } from "../text/mod.ts";
import type { ColumnRoles } from "./columns.ts";
import { hashText, hashWords } from "./hash.ts";
import type { Row } from "./rows.ts";

/** Rows that pass all checks but the tokenizer's. */
export interface CheckedRows {
  /** Rows that were given. */
  read: number;
  /** Rows dropped, by reason. */
  dropped: Record<string, number>;
  /** Number of rows. */
  count: number;
  /** Place of each among the rows that were given. */
  places: number[];
  /** Texts of every text column. */
  texts: string[][];
  /** One array a text column: the hash of row i's text is entries 2i (low half) and 2i + 1 (high half). */
  hashes: Uint32Array[];
  /** Hash of every row over all of its texts and labels, in the same way. */
  rowHashes: Uint32Array;
  /** float32 [count, n], row-major; empty without labels. */
  labels: Float32Array;
}

/** Rows that can be used, with the token ids of every text column. */
export interface UsableRows extends CheckedRows {
  /** Token ids of every text column, one text a row. */
  bags: TokenBags[];
}

/** Tells rows that can be used from those that cannot, tokenizes the former and counts the latter by reason. */
export class RowFilter {
  readonly #texts: string[];
  readonly #label: string | undefined;

  /**
   * @param roles columns that are read
   * @param labelWidth labels of a row; the first row with labels tells if undefined
   */
  constructor({ texts, label }: ColumnRoles, public labelWidth: number | undefined) {
    this.#texts = texts;
    this.#label = label;
  }

  /** The rows that can be used, in their order. */
  accept(rows: readonly Row[], tokenizer: Tokenizer): UsableRows {
    const checked = this.check(rows);
    const bags = checked.texts.map((texts) => tokenizer.encodeAll(texts));
    const { places } = checked;
    const full = places.filter((_, i) => bags.every(({ offsets }) => offsets[i] < offsets[i + 1]));
    if (full.length === places.length) return { ...checked, bags };
    // Texts of characters that the tokenizer drops, such as zero-width spaces, are seldom: the rest is done again.
    const rest = this.accept(full.map((place) => rows[place]), tokenizer);
    const dropped = { ...checked.dropped };
    addTo(dropped, "an empty text", places.length - full.length);
    return { ...rest, read: rows.length, dropped, places: rest.places.map((i) => full[i]) };
  }

  /** The rows as far as it can be told without their tokens. */
  check(rows: readonly Row[]): CheckedRows {
    const places: number[] = [];
    const texts: string[][] = this.#texts.map(() => []);
    const labels: number[] = [];
    const dropped: Record<string, number> = {};
    for (let place = 0; place < rows.length; place++) {
      const row = rows[place];
      const numbers = this.#label === undefined ? [] : toNumbers(row[this.#label]);
      const fault = this.#textFault(row) ?? this.#labelFault(numbers);
      if (fault !== undefined) {
        addTo(dropped, fault, 1);
        continue;
      }
      for (let c = 0; c < texts.length; c++) texts[c].push(row[this.#texts[c]] as string);
      for (const number of numbers) labels.push(number);
      places.push(place);
    }
    const count = places.length;
    return withHashes({
      read: rows.length,
      count,
      dropped,
      places,
      texts,
      labels: Float32Array.from(labels),
    });
  }

  /** Why the texts of a row cannot be used. */
  #textFault(row: Row): string | undefined {
    for (const column of this.#texts) {
      const value = row[column];
      if (value === undefined || value === null) return `no ${column}`;
      if (typeof value !== "string") return `a ${column} that is not a text`;
      if (value.trim() === "") return "an empty text";
    }
    return undefined;
  }

  /** Why labels cannot be used: all rows have as many, all of them finite as float32. */
  #labelFault(labels: readonly number[]): string | undefined {
    const label = this.#label;
    if (label === undefined) return undefined;
    if (labels.length === 0 || !labels.every((number) => Number.isFinite(Math.fround(number)))) {
      return `a ${label} that is not a finite number`;
    }
    this.labelWidth ??= labels.length;
    if (labels.length === this.labelWidth) return undefined;
    return `a ${label} of another length than the first row's`;
  }
}

function addTo(out: Record<string, number>, reason: string, rows: number): void {
  out[reason] = (out[reason] ?? 0) + rows;
}

/** The same texts with another label are another row. */
function withHashes(rows: Omit<CheckedRows, "hashes" | "rowHashes">): CheckedRows {
  const { count, texts, labels } = rows;
  const hashes = texts.map((column) => {
    const out = new Uint32Array(2 * count);
    for (let i = 0; i < count; i++) hashText(column[i], out, 2 * i);
    return out;
  });
  const width = count === 0 ? 0 : labels.length / count;
  const labelBits = new Uint32Array(labels.buffer);
  const words = new Uint32Array(2 * texts.length + width);
  const rowHashes = new Uint32Array(2 * count);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < texts.length; c++) {
      words[2 * c] = hashes[c][2 * i];
      words[2 * c + 1] = hashes[c][2 * i + 1];
    }
    for (let j = 0; j < width; j++) words[2 * texts.length + j] = labelBits[i * width + j];
    hashWords(words, rowHashes, 2 * i);
  }
  return { ...rows, hashes, rowHashes };
}

/** A label column holds one number a row, or a list of them (a teacher's scores or vector). */
function toNumbers(value: unknown): readonly number[] {
  if (Array.isArray(value)) return value.map(toNumber);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return Array.from(value as unknown as ArrayLike<number>, toNumber);
  }
  return [toNumber(value)];
}

/** CSV holds numbers as texts, Parquet integers as bigints. */
export function toNumber(value: unknown): number {
  if (typeof value === "string" && value.trim() === "") return NaN;
  const isNumber = typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
  return isNumber || typeof value === "string" ? Number(value) : NaN;
}
