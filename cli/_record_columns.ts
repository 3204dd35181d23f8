import type { ValueColumn } from "../data/mod.ts";

/** A record of a JSON line. */
export type JsonRecord = Record<string, unknown>;

/** What a value of each kind of column must be. */
const FITS: Record<ValueColumn["type"], (value: unknown) => boolean> = {
  STRING: (value) => typeof value === "string",
  BOOLEAN: (value) => typeof value === "boolean",
  INT64: (value) => Number.isSafeInteger(value),
  DOUBLE: (value) => typeof value === "number",
  JSON: () => true,
};

/** The kinds, the narrowest first. */
const KINDS: readonly ValueColumn["type"][] = ["STRING", "BOOLEAN", "INT64", "DOUBLE", "JSON"];

/**
 * The columns that records have: a column's kind is the narrowest that all values fit, and JSON where none does, as of
 * lists and records.
 *
 * @param records The first records, which must have all fields.
 */
export function recordColumns(records: readonly JsonRecord[]): ValueColumn[] {
  const names = [...new Set(records.flatMap(Object.keys))];
  return names.map((name) => {
    const values = records.map((record) => record[name]).filter(isThere);
    const type = values.length === 0
      ? "JSON"
      : KINDS.find((kind) => values.every((value) => FITS[kind](value)))!;
    const isRounded = type === "DOUBLE" && values.every(Number.isInteger);
    if (!isRounded) return { name, type };
    throw new RangeError(
      `Cannot write a Parquet file: ${name} has whole numbers above 2^53, which would be rounded; write .jsonl`,
    );
  });
}

/**
 * The values of records by column; null where a record has none.
 *
 * @param records Any number of records.
 * @param columns What {@linkcode recordColumns} made of the first ones.
 * @param first Number of the first record, from 1, for messages.
 * @throws {TypeError} If a value does not fit its column, or a field has none.
 */
export function columnValues(
  records: readonly JsonRecord[],
  columns: readonly ValueColumn[],
  first: number,
): unknown[][] {
  const known = new Set(columns.map(({ name }) => name));
  records.forEach((record, i) => {
    const unknown = Object.keys(record).find((name) => !known.has(name));
    if (unknown !== undefined) refuse(first + i, `has a field ${unknown} that the first records lack`);
  });
  return columns.map(({ name, type }) =>
    records.map((record, i) => {
      const value = record[name];
      if (!isThere(value)) return null;
      if (!FITS[type](value)) {
        refuse(first + i, `has another kind of value in ${name} than the first records`);
      }
      return type === "INT64" ? BigInt(value as number) : value;
    })
  );
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function refuse(number: number, problem: string): never {
  throw new TypeError(`Cannot write a Parquet file: record ${number} ${problem}; write .jsonl`);
}
