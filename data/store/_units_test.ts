import { deepStrictEqual } from "node:assert/strict";
import type { ResolvedSource, SourceFormat } from "../source.ts";
import { planUnits, type StoreUnit, unitSource } from "./_units.ts";

function sourceOf(
  format: SourceFormat,
  files: number,
  range: [number, number] = [0, Infinity],
): ResolvedSource {
  const file = (i: number) => ({ path: `${i}`, format, compressed: false, size: 30 * 2 ** 20, version: "" });
  return {
    name: "test",
    files: Array.from({ length: files }, (_, i) => file(i)),
    range: { start: range[0], end: range[1] },
  };
}

/** Files and rows of units as one line each. */
function told(units: readonly StoreUnit[]): string[] {
  return units.map(({ firstFile, endFile, start, end, shardRows }) =>
    `files ${firstFile}..${endFile} rows ${start}..${end} by ${shardRows}`
  );
}

Deno.test("planUnits puts row groups together up to a shard, and parts a larger one evenly", async () => {
  const groups = [[400, 400, 400], [2500], [100], [100, 700]];
  const plan = async (range?: [number, number]) =>
    told(await planUnits(sourceOf("parquet", 4, range), 1000, (file) => Promise.resolve(groups[file])));
  deepStrictEqual(await plan(), [
    "files 0..1 rows 0..800 by 800",
    "files 0..1 rows 800..1200 by 400",
    "files 1..2 rows 0..2500 by 834",
    "files 2..4 rows 0..900 by 900",
  ]);
  deepStrictEqual(await plan([500, 1300]), ["files 0..2 rows 500..1300 by 800"]);
  deepStrictEqual(await plan([3750, Infinity]), ["files 2..4 rows 50..900 by 850"]);
  deepStrictEqual(await plan([9999, Infinity]), []);
});

Deno.test("planUnits takes other files as they are, small ones together, and slices of them as one", async () => {
  const none = (): Promise<number[]> => Promise.reject(new Error("not Parquet"));
  const plan = async (source: ResolvedSource) => told(await planUnits(source, 1000, none));
  deepStrictEqual(await plan(sourceOf("jsonl", 5)), [
    "files 0..2 rows 0..null by 1000",
    "files 2..4 rows 0..null by 1000",
    "files 4..5 rows 0..null by 1000",
  ]);
  deepStrictEqual(await plan(sourceOf("csv", 5, [10, 20])), ["files 0..5 rows 10..20 by 1000"]);
  deepStrictEqual(await plan(sourceOf("declarations", 5)), ["files 0..5 rows 0..null by 1000"]);
});

Deno.test("unitSource is the part of the source that the unit stands for", () => {
  const source = sourceOf("jsonl", 3);
  const part = unitSource(source, { firstFile: 1, endFile: 2, start: 5, end: null, shardRows: 9 });
  deepStrictEqual(part, { ...source, files: [source.files[1]], range: { start: 5, end: Infinity } });
});
