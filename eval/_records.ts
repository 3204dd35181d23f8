import { readRows, resolveSource, type ResolveSourceOptions, type Row } from "../data/mod.ts";
import type { Qrels } from "./judgments.ts";

/** Ids and texts, in the order of the file. */
export interface Entries {
  ids: string[];
  texts: string[];
}

/** All rows of a source. Collections fit in memory: their vectors would not otherwise be searched exactly. */
export async function allRows(spec: string, options: ResolveSourceOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of readRows(await resolveSource(spec, options))) {
    for (const row of batch) rows.push(row);
  }
  return rows;
}

/** Documents or queries: `_id`, `text`, and where it is there a `title` that goes before the text. */
export function toEntries(rows: readonly Row[], name: string): Entries {
  const entries: Entries = { ids: [], texts: [] };
  rows.forEach((row, number) => {
    entries.ids.push(field(row, "_id", { name, number }));
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
    const grade = Number(row.score ?? 1);
    if (!Number.isFinite(grade)) {
      throw new SyntaxError(
        `Cannot read ${name}: row ${number + 1} has the score '${row.score}'; give a number`,
      );
    }
    const grades = qrels.get(query) ?? new Map<string, number>();
    qrels.set(query, grades.set(document, grade));
  });
  return qrels;
}

/** A value that must be there, as text. */
export function field(row: Row, column: string, place: { name: string; number: number }): string {
  const value = row[column];
  if (value !== undefined && value !== null) return String(value);
  const there = Object.keys(row).join(", ") || "none";
  throw new RangeError(
    `Cannot read ${place.name}: row ${place.number + 1} has no '${column}'; its columns are ${there}`,
  );
}
