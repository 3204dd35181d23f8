import { FirstRows } from "./_first_rows.ts";
import { groupRanges } from "./_group_ranges.ts";
import { runJobs, type RunJobsOptions } from "./_run_jobs.ts";
import type { JobSetup } from "./_job_runner.ts";
import type { HeldOutChoice } from "./held_out_choice.ts";
import type { TextJob, TextRow } from "./_jobs.ts";
import { fixedWords, type ShardFile } from "./_shard_file.ts";

/**
 * The rows of a complete store that are held out: the first ones of the order that the key gives (see {@linkcode
 * placeOf}), each once, fewer if there are no more. Reads 8 bytes a row.
 *
 * @param shards all shards
 * @returns the hash of every row, and the shard in which it first occurs
 */
export async function chooseHeldOut(
  shards: readonly ShardFile[],
  choice: HeldOutChoice,
  { columns, signal }: { columns: number; signal?: AbortSignal },
): Promise<{ low: number; high: number; shard: number }[]> {
  const first = new FirstRows<number>(choice);
  for await (const { pieces } of groupRanges(shards, columns, signal)) {
    pieces.forEach(({ words, starts }, shard) => {
      for (let g = 0; g + 1 < starts.length; g++) {
        const rows = (starts[g + 1] - starts[g] - 1) / fixedWords(columns);
        first.offer(words.subarray(starts[g], starts[g] + 2 * rows), () => shard);
      }
    });
  }
  return first.finish().map(({ low, high, value: shard }) => ({ low, high, shard }));
}

/** Options of {@linkcode findHeldOutTexts}. */
export interface FindHeldOutTextsOptions extends RunJobsOptions {
  /** Rows whose texts are known, as they were read in this run. */
  found: readonly TextRow[];
  /** What is common to the jobs on the store. */
  setup: JobSetup;
}

/**
 * The texts of rows, in their order. What is not known yet is read from the source again, but only the units that hold a
 * row wanted.
 *
 * @param rows hashes of the rows and the shard that each is in
 * @throws {Error} if the source has changed since its store was made
 */
export async function findHeldOutTexts(
  rows: readonly { low: number; high: number; shard: number }[],
  shards: readonly ShardFile[],
  { found, setup, ...options }: FindHeldOutTextsOptions,
): Promise<TextRow[]> {
  const texts = new Map(found.map((row) => [keyOf(row), row]));
  const jobs = new Map<number, Omit<TextJob, "wanted"> & { wanted: number[] }>();
  for (const { low, high, shard } of rows.filter((row) => !texts.has(keyOf(row)))) {
    const { unit, start, end } = shards[shard].header;
    const job = jobs.get(unit) ?? { kind: "texts", unit, start, end, wanted: [] };
    job.wanted.push(low, high);
    jobs.set(unit, { ...job, start: Math.min(job.start, start), end: Math.max(job.end, end) });
  }
  const orders = [...jobs.values()].map((job) => ({ ...job, wanted: Uint32Array.from(job.wanted) }));
  const { heldOut: _, ...withoutHeldOut } = setup;
  for (const row of await runJobs(orders, withoutHeldOut, options)) {
    texts.set(keyOf(row), row);
  }
  return rows.map((row) => {
    const known = texts.get(keyOf(row));
    if (known !== undefined) return known;
    const problem = "a row that was there has gone";
    throw new Error(
      `Cannot read ${setup.source.name} again: ${problem}; remove ${setup.folder} and start again`,
    );
  });
}

function keyOf({ low, high }: { low: number; high: number }): string {
  return `${low} ${high}`;
}
