import { deepStrictEqual } from "node:assert/strict";
import { missingJobs } from "./_missing_jobs.ts";
import type { ShardHeader } from "./_shard_header.ts";

const unit = { firstFile: 0, endFile: 1, start: 0, end: null, shardRows: 10 };

/** Headers of shards given as [unit, part, start, end, last]. */
function headersOf(...shards: [number, number, number, number, boolean][]): ShardHeader[] {
  return shards.map(([unit, part, start, end, last]) => ({ unit, part, start, end, last }) as ShardHeader);
}

/** Jobs as [unit, part, start, end]. */
function missing(units: number, headers: ShardHeader[]): unknown {
  const jobs = missingJobs(Array(units).fill(unit), headers);
  return jobs?.map(({ unit, part, start, end }) => [unit, part, start, end]);
}

Deno.test("missingJobs asks for what was never made, and goes on behind what was", () => {
  deepStrictEqual(missing(0, []), []);
  deepStrictEqual(missing(2, []), [[0, 0, 0, null], [1, 0, 0, null]]);
  deepStrictEqual(missing(2, headersOf([0, 0, 0, 10, false], [0, 1, 10, 14, true])), [[1, 0, 0, null]]);
  deepStrictEqual(missing(1, headersOf([0, 0, 0, 10, false])), [[0, 1, 10, null]]);
  deepStrictEqual(missing(1, headersOf([0, 0, 0, 4, true])), []);
});

Deno.test("missingJobs asks for a shard in between alone", () => {
  const all = headersOf([0, 0, 0, 10, false], [0, 1, 10, 20, false], [0, 2, 20, 30, false], [
    0,
    3,
    30,
    31,
    true,
  ]);
  deepStrictEqual(missing(1, all.filter(({ part }) => part !== 1)), [[0, 1, 10, 20]]);
  deepStrictEqual(missing(1, all.filter(({ part }) => part === 0 || part === 3)), [[0, 1, 10, 30]]);
  deepStrictEqual(missing(1, all.filter(({ part }) => part !== 0)), [[0, 0, 0, 10]]);
  deepStrictEqual(missing(1, all.filter(({ part }) => part < 3)), [[0, 3, 30, null]]);
});

Deno.test("missingJobs makes nothing of shards that do not fit together", () => {
  deepStrictEqual(missing(1, headersOf([0, 0, 0, 10, false], [0, 1, 11, 20, true])), undefined);
  deepStrictEqual(missing(1, headersOf([0, 0, 0, 10, false], [0, 1, 9, 20, true])), undefined);
  deepStrictEqual(missing(1, headersOf([0, 0, 0, 10, true], [0, 1, 10, 20, true])), undefined);
});
