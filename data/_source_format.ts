import type { SourceFormat } from "./source.ts";

const FORMATS: readonly (readonly [string, SourceFormat])[] = [
  [".parquet", "parquet"],
  [".csv", "csv"],
  [".tsv", "tsv"],
  [".jsonl", "jsonl"],
  [".ndjson", "jsonl"],
  [".json", "json"],
  [".d.ts", "declarations"],
];

/** File name endings that can be read. */
export const KNOWN_ENDINGS: readonly string[] = [
  ...FORMATS.map(([ending]) => ending),
  "and all but .parquet with .gz",
];

/** Format of a file by its name; undefined if it is none that can be read. */
export function formatOf(path: string): { format: SourceFormat; compressed: boolean } | undefined {
  const name = path.toLowerCase();
  const compressed = name.endsWith(".gz");
  const bare = compressed ? name.slice(0, -".gz".length) : name;
  const format = FORMATS.find(([ending]) => bare.endsWith(ending))?.[1];
  // Parquet is read by ranges, which a gzip stream does not allow; its pages are compressed anyway.
  if (!format || (compressed && format === "parquet")) return undefined;
  return { format, compressed };
}
