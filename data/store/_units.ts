import type { ResolvedSource } from "../source.ts";

/** Bytes of files without row groups that are read as one unit. */
const UNIT_BYTES = 64 * 2 ** 20;

/** A part of a source that is read in one go, by one worker; it becomes one shard or more. */
export interface StoreUnit {
  /** First file. */
  firstFile: number;
  /** File behind the last one. */
  endFile: number;
  /** First row, counted from the beginning of the first file. */
  start: number;
  /** Row behind the last one, counted in the same way; null for all there are. */
  end: number | null;
  /** Rows that a shard is made of at most. */
  shardRows: number;
}

/**
 * Parts a source, by its content alone: Parquet into row groups, as many together as fit a shard; other files as they
 * are, small ones together. A slice of files whose rows are not known beforehand, and declarations, which leave out what
 * an earlier file has said, are one unit.
 *
 * @param shardRows rows that a shard is made of at most
 * @param groupRows gives the rows of every row group of a Parquet file
 */
export async function planUnits(
  source: ResolvedSource,
  shardRows: number,
  groupRows: (file: number) => Promise<readonly number[]>,
): Promise<StoreUnit[]> {
  const { files, range } = source;
  if (files.every(({ format }) => format === "parquet")) {
    return await unitsOfGroups(source, shardRows, groupRows);
  }
  const isWhole = range.start === 0 && range.end === Infinity;
  if (isWhole && files.every(({ format }) => format !== "declarations")) {
    return unitsOfFiles(source, shardRows);
  }
  const end = range.end === Infinity ? null : range.end;
  return [{ firstFile: 0, endFile: files.length, start: range.start, end, shardRows }];
}

/** The part of a source that a unit stands for. */
export function unitSource(
  source: ResolvedSource,
  { firstFile, endFile, start, end }: StoreUnit,
): ResolvedSource {
  return { ...source, files: source.files.slice(firstFile, endFile), range: { start, end: end ?? Infinity } };
}

async function unitsOfGroups(
  { files, range }: ResolvedSource,
  shardRows: number,
  groupRows: (file: number) => Promise<readonly number[]>,
): Promise<StoreUnit[]> {
  // Rows are counted over all files here, from the first one.
  const units: (StoreUnit & { before: number; end: number })[] = [];
  let at = 0;
  for (let file = 0; file < files.length && at < range.end; file++) {
    const before = at;
    for (const rows of await groupRows(file)) {
      const start = Math.max(at, range.start);
      const end = Math.min(at += rows, range.end);
      if (start >= end) continue;
      const open = units.at(-1);
      if (open === undefined || end - open.start > shardRows) {
        units.push({ firstFile: file, endFile: file + 1, before, start, end, shardRows });
      } else Object.assign(open, { end, endFile: file + 1 });
    }
  }
  return units.map(({ firstFile, endFile, before, start, end }) => {
    // A large row group gives shards of about one size rather than full ones and a rest.
    const equal = Math.ceil((end - start) / Math.ceil((end - start) / shardRows));
    return { firstFile, endFile, start: start - before, end: end - before, shardRows: equal };
  });
}

function unitsOfFiles({ files }: ResolvedSource, shardRows: number): StoreUnit[] {
  const units: StoreUnit[] = [];
  let bytes = 0;
  files.forEach(({ size }, file) => {
    const open = units.at(-1);
    if (open !== undefined && bytes + size <= UNIT_BYTES) {
      open.endFile = file + 1;
      bytes += size;
      return;
    }
    units.push({ firstFile: file, endFile: file + 1, start: 0, end: null, shardRows });
    bytes = size;
  });
  return units;
}
