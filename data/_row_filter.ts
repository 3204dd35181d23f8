import type { TokenBags, Tokenizer } from "../text/mod.ts";
import type { ColumnRoles } from "./columns.ts";
import { hashText } from "./hash.ts";
import { HashSet64 } from "./_hash_set.ts";
import type { Row } from "./rows.ts";

/** A row that can be used. */
export interface AcceptedRow {
  /** Its texts, one a text column. */
  texts: string[];
  /** Hash of every text, low and high half. */
  hashes: [number, number][];
  /** Its labels: one number, or those of a list; empty if there is no label column. */
  labels: readonly number[];
  /** Token ids of every text column; this row's are text `index`. */
  bags: TokenBags[];
  /** Place in `bags`. */
  index: number;
}

type Candidate = Pick<AcceptedRow, "texts" | "hashes" | "labels">;

/** Tells rows that can be used from those that cannot, tokenizes the former and counts the latter by reason. */
export class RowFilter {
  /** Rows seen. */
  rows = 0;
  /** Rows dropped, by reason. */
  readonly dropped: Record<string, number> = {};
  /** Labels of a row, as the first row with labels has them; undefined until then. */
  labelWidth: number | undefined;
  readonly #seen = new HashSet64(1 << 12);
  readonly #hash = new Uint32Array(2);

  /** @param duplicates whether rows that repeat an earlier one are dropped */
  constructor(
    private readonly roles: ColumnRoles,
    private readonly tokenizer: Tokenizer,
    private readonly duplicates: "drop" | "keep",
  ) {}

  /** The rows that can be used, in their order. */
  *accept(rows: readonly Row[]): Generator<AcceptedRow> {
    this.rows += rows.length;
    const candidates: Candidate[] = [];
    for (const row of rows) {
      const candidate = this.#check(row);
      if (typeof candidate === "string") this.#drop(candidate);
      else candidates.push(candidate);
    }
    const bags = this.roles.texts.map((_, c) =>
      this.tokenizer.encodeAll(candidates.map(({ texts }) => texts[c]))
    );
    for (let index = 0; index < candidates.length; index++) {
      if (bags.some(({ offsets }) => offsets[index] === offsets[index + 1])) this.#drop("an empty text");
      else yield { ...candidates[index], bags, index };
    }
  }

  /** The row as far as it goes without its tokens, or why it is dropped. */
  #check(row: Row): Candidate | string {
    const texts: string[] = [];
    for (const column of this.roles.texts) {
      const value = row[column];
      if (value === undefined || value === null) return `no ${column}`;
      if (typeof value !== "string") return `a ${column} that is not a text`;
      if (value.trim() === "") return "an empty text";
      texts.push(value);
    }
    const labels = this.roles.label === undefined ? [] : toNumbers(row[this.roles.label]);
    const fault = this.#labelFault(labels);
    if (fault !== undefined) return fault;
    const hashes = texts.map((text): [number, number] => {
      hashText(text, this.#hash, 0);
      return [this.#hash[0], this.#hash[1]];
    });
    if (this.duplicates === "drop" && !this.#isNew(hashes, labels)) return "the texts of an earlier row";
    return { texts, hashes, labels };
  }

  /** Why labels cannot be used: all rows have as many, all of them finite. */
  #labelFault(labels: readonly number[]): string | undefined {
    const { label } = this.roles;
    if (label === undefined) return undefined;
    if (labels.length === 0 || !labels.every(Number.isFinite)) {
      return `a ${label} that is not a finite number`;
    }
    this.labelWidth ??= labels.length;
    if (labels.length === this.labelWidth) return undefined;
    return `a ${label} of another length than the first row's`;
  }

  /** The same texts with another label are another row. */
  #isNew(hashes: readonly [number, number][], labels: readonly number[]): boolean {
    hashText(`${hashes.join()} ${labels.join()}`, this.#hash, 0);
    return this.#seen.add(this.#hash[0], this.#hash[1]);
  }

  #drop(reason: string): void {
    this.dropped[reason] = (this.dropped[reason] ?? 0) + 1;
  }
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
function toNumber(value: unknown): number {
  if (typeof value === "string" && value.trim() === "") return NaN;
  const isNumber = typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
  return isNumber || typeof value === "string" ? Number(value) : NaN;
}
