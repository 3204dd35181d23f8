import { basename, resolve } from "node:path";
import { readRows, type ResolvedSource, resolveSource, type Row } from "../data/mod.ts";
import type { Hub } from "../hub/mod.ts";
import { isFolder, splitFiles } from "./_folder_files.ts";
import type { NamedSpec, TableSpec } from "./evaluation_spec.ts";

/** Where tables are looked up. */
export interface TablePlaces {
  /**
   * Where `hf://` addresses are looked up.
   * @default a hub without a mirror
   */
  hub?: Hub;
  /**
   * Folder that relative paths start from.
   * @default the current folder
   */
  baseFolder?: string;
}

/** What the columns of a kind hold, and the names that data sets give them; the first is the usual one. */
export type Roles<R extends string> = Readonly<Record<R, readonly string[]>>;

/** The columns of a table by what they hold; as many values in each. */
export type Table<R extends string> = Record<R, unknown[]>;

/**
 * Reads the columns of a kind. Old data sets hold a whole column as one list in one row: with `lists` false, lists
 * are taken apart.
 *
 * @throws RangeError when the source, a split or a column is missing (the message lists what there is), or there are
 * no rows
 */
export async function readTable<R extends string>(
  spec: TableSpec,
  roles: Roles<R>,
  options: TablePlaces & { lists?: boolean },
): Promise<Table<R>> {
  const names = Object.keys(roles) as R[];
  const table = Object.fromEntries(names.map((role) => [role, [] as unknown[]])) as Table<R>;
  let columns: Record<R, string> | undefined;
  for await (const row of tableRows(spec, options)) {
    columns ??= Object.fromEntries(
      names.map((role) => [role, columnOf(row, role, { spec, roles })]),
    ) as Record<R, string>;
    const values = names.map((role) => valueAt(row, columns![role]));
    const taken = options.lists ? values.map((value) => [value]) : takenApart(values, spec.source);
    names.forEach((role, i) => {
      for (const value of taken[i]) table[role].push(value);
    });
  }
  const take = spec.take ?? Infinity;
  if (table[names[0]].length === 0) {
    throw new RangeError(`Cannot score ${spec.source}: it has no rows; give a split with rows`);
  }
  for (const role of names) table[role] = table[role].slice(0, take);
  return table;
}

/** One value of each column; or, where the row holds whole columns, all of them. */
function takenApart(values: readonly unknown[], source: string): unknown[][] {
  const lists = values.map((value) => Array.isArray(value) ? value : [value]);
  const whole = values.every(Array.isArray) && lists.every(({ length }) => length === lists[0].length);
  if (whole || !values.some(Array.isArray)) return lists;
  throw new TypeError(
    `Cannot score ${source}: it has a list where a text or number should be; give one a row`,
  );
}

/** The files of a table. */
export async function tableSources(spec: TableSpec, places: TablePlaces): Promise<ResolvedSource[]> {
  const sources = await sourcesOf(spec, places);
  return await Promise.all(
    sources.map(({ path, options }) => resolveSource(path, { ...places, ...options })),
  );
}

async function* tableRows(spec: TableSpec, places: TablePlaces): AsyncGenerator<Row> {
  const where = Object.entries(spec.where ?? {});
  let left = spec.take ?? Infinity;
  for (const source of await tableSources(spec, places)) {
    for await (const batch of readRows(source)) {
      for (const row of batch) {
        if (left <= 0) return;
        if (!where.every(([column, value]) => String(row[column]) === value)) continue;
        left--;
        yield row;
      }
    }
  }
}

interface TableSource {
  path: string;
  options: { config?: string; split?: string };
}

async function sourcesOf(spec: TableSpec, places: TablePlaces): Promise<TableSource[]> {
  const { source, config = null, split = null } = spec;
  if (source.startsWith("hf://")) {
    return [{ path: source, options: { config: config ?? undefined, split: split ?? "test" } }];
  }
  const folder = resolve(places.baseFolder ?? ".", source);
  if (await isFolder(folder)) {
    const files = await splitFiles(folder, { config, split: split ?? "test" });
    return files.map((path) => ({ path, options: {} }));
  }
  return [{ path: source, options: { config: config ?? undefined, split: split ?? undefined } }];
}

/** The name of the column that holds what is wanted. */
function columnOf<R extends string>(
  row: Row,
  role: R,
  { spec, roles }: { spec: TableSpec; roles: Roles<R> },
): string {
  const asked = spec.columns?.[role];
  const candidates: readonly string[] = asked === undefined ? roles[role] : [asked];
  const found = candidates.find((name) => valueAt(row, name) !== undefined);
  if (found !== undefined) return found;
  throw new RangeError(
    `Cannot score ${spec.source}: it has no column ${candidates.join(" or ")}, only ` +
      `${Object.keys(row).join(", ") || "none"}; name the column, as in "columns": { "${role}": "..." }`,
  );
}

/** A value of a row; `a.b` is the field b of the record a. */
function valueAt(row: Row, name: string): unknown {
  if (name in row) return row[name];
  return name.split(".").reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? (value as Row)[key] : undefined),
    row,
  );
}

/** Name, benchmark and main score of a table, with the defaults filled in. */
export function tableNames(spec: TableSpec): { name: string; benchmark: string; mainMetric?: string } {
  const last = lastPart(spec.source);
  const name = spec.name ?? (spec.config ? `${last}-${spec.config}` : last);
  return { name, ...groupNames(spec, last) };
}

/** Benchmark and main score of a record. */
export function groupNames(spec: NamedSpec, fallback: string): { benchmark: string; mainMetric?: string } {
  return {
    benchmark: spec.benchmark ?? fallback,
    ...(spec.mainMetric ? { mainMetric: spec.mainMetric } : {}),
  };
}

/** The last part of an address or path, without revision and ending; of a glob, its folder. */
export function lastPart(source: string): string {
  const named = source.replace(/\/[^/]*[*?{[].*$/, "");
  return basename(named.replace(/\/+$/, "")).replace(/@[^/]*$/, "").replace(
    /\.(parquet|csv|tsv|jsonl|json)(\.gz)?$/,
    "",
  );
}

/** A text; anything but a text or a number is refused. */
export function textOf(value: unknown, { name, number }: { name: string; number: number }): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") {
    return String(value);
  }
  throw new TypeError(
    `Cannot read ${name}: row ${number + 1} has ${
      value === null || value === undefined ? "nothing" : "no text"
    } ` +
      "where a text should be; give a text",
  );
}
