import {
  readRows,
  type ResolvedSource,
  resolveSource,
  type ResolveSourceOptions,
  type Row,
} from "../data/mod.ts";
import type { Qrels } from "./judgments.ts";

/** Ids and texts, in the order of the file. */
export interface Entries {
  ids: string[];
  texts: string[];
}

/** Documents, queries and judgments, as they were read. */
export interface JudgedTexts {
  documents: Entries;
  queries: Entries;
  qrels: Qrels;
}

/** All rows of a source. Collections fit in memory: their vectors would not otherwise be searched exactly. */
export async function allRows(spec: string, options: ResolveSourceOptions): Promise<Row[]> {
  return await rowsOf(await resolveSource(spec, options));
}

/** All rows of a source that was found. */
export async function rowsOf(source: ResolvedSource): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of readRows(source)) {
    for (const row of batch) rows.push(row);
  }
  return rows;
}

/** Documents or queries of a source. */
export async function readEntries(spec: string, options: ResolveSourceOptions): Promise<Entries> {
  return toEntries(await allRows(spec, options), spec);
}

/** Documents or queries: `_id` or `id`, `text`, and where it is there a `title` that goes before the text. */
export function toEntries(rows: readonly Row[], name: string): Entries {
  const entries: Entries = { ids: [], texts: [] };
  const id = rows.length > 0 && !("_id" in rows[0]) && "id" in rows[0] ? "id" : "_id";
  rows.forEach((row, number) => {
    entries.ids.push(field(row, id, { name, number }));
    const text = field(row, "text", { name, number });
    entries.texts.push(`${row.title ?? ""} ${text}`.trim());
  });
  return entries;
}

/** Judgments: `query-id`, `corpus-id`, and a `score` that is 1 where there is none. */
export function toQrels(rows: readonly Row[], name: string): Qrels {
  const qrels = new Map<string, Map<string, number>>();
  rows.forEach((row, number) => {
    const query = field(row, "query-id", { name, number });
    const document = field(row, "corpus-id", { name, number });
    const grade = row.score === undefined || row.score === null ? 1 : toScore(row.score, { name, number });
    const grades = qrels.get(query) ?? new Map<string, number>();
    qrels.set(query, grades.set(document, grade));
  });
  return qrels;
}

/** Where a row lies: what was read, and the row's number from 0. */
export interface Place {
  name: string;
  number: number;
}

/** A judgment. An empty text is none: as a number it would silently be 0. */
export function toScore(value: unknown, { name, number }: Place): number {
  const score = typeof value === "string" && value.trim() === "" ? NaN : Number(value);
  if (Number.isFinite(score)) return score;
  throw new SyntaxError(`Cannot read ${name}: row ${number + 1} has the score '${value}'; give a number`);
}

/** A value that must be there, as text. */
export function field(row: Row, column: string, place: Place): string {
  const value = row[column];
  if (typeof value === "object" && value !== null) {
    throw new TypeError(
      `Cannot read ${place.name}: row ${place.number + 1} has a '${column}' that is no text; give a text`,
    );
  }
  if (value !== undefined && value !== null) return String(value);
  const there = Object.keys(row).join(", ") || "none";
  throw new RangeError(
    `Cannot read ${place.name}: row ${place.number + 1} has no '${column}'; its columns are ${there}`,
  );
}
