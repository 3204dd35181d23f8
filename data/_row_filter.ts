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
  /** Its label; 0 if there is no label column. */
  label: number;
  /** Token ids of every text column; this row's are text `index`. */
  bags: TokenBags[];
  /** Place in `bags`. */
  index: number;
}

type Candidate = Pick<AcceptedRow, "texts" | "hashes" | "label">;

/** Tells rows that can be used from those that cannot, tokenizes the former and counts the latter by reason. */
export class RowFilter {
  /** Rows seen. */
  rows = 0;
  /** Rows dropped, by reason. */
  readonly dropped: Record<string, number> = {};
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
    const label = this.roles.label === undefined ? 0 : toNumber(row[this.roles.label]);
    if (!Number.isFinite(label)) return `a ${this.roles.label} that is not a finite number`;
    const hashes = texts.map((text): [number, number] => {
      hashText(text, this.#hash, 0);
      return [this.#hash[0], this.#hash[1]];
    });
    if (this.duplicates === "drop" && !this.#isNew(hashes, label)) return "the texts of an earlier row";
    return { texts, hashes, label };
  }

  /** The same texts with another label are another row. */
  #isNew(hashes: readonly [number, number][], label: number): boolean {
    hashText(`${hashes.join()} ${label}`, this.#hash, 0);
    return this.#seen.add(this.#hash[0], this.#hash[1]);
  }

  #drop(reason: string): void {
    this.dropped[reason] = (this.dropped[reason] ?? 0) + 1;
  }
}

/** CSV holds numbers as texts, Parquet integers as bigints. */
function toNumber(value: unknown): number {
  if (typeof value === "string" && value.trim() === "") return NaN;
  const isNumber = typeof value === "number" || typeof value === "bigint" || typeof value === "boolean";
  return isNumber || typeof value === "string" ? Number(value) : NaN;
}
