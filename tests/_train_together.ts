/** Training in several processes by `lathe train`, held against training in one. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type Outcome, TEST_CACHE } from "../cli/_test_process.ts";
import { mpirun } from "./_mpirun.ts";
import { metricsOf } from "./_test_run.ts";

/** The command line in each process; what it can be told beside its arguments stands there. */
export const TRAIN_PROGRAM = fileURLToPath(new URL("_mpi_main_program.ts", import.meta.url));

/** Trains in four processes on this machine. */
export async function trainTogether(
  argv: readonly string[],
  { cwd, env }: { cwd: string; env?: Record<string, string> },
): Promise<Outcome> {
  const { code, stdout, stderr } = await mpirun(4, [TRAIN_PROGRAM, "train", ...argv, "--json"], {
    cwd,
    env: { LATHE_CACHE: TEST_CACHE, ...env },
  }).output();
  const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, out: decode(stdout), error: decode(stderr) };
}

/** A signal that one rank sends itself once a file is there. */
export function sentSignal(rank: number, path: string, signal: Deno.Signal): Record<string, string> {
  return { LATHE_TEST_SIGNAL: JSON.stringify({ rank, path, signal }) };
}

/** Two runs had the same loss in each of so many steps, and the same last scores. */
export async function assertSameCurve(found: string, expected: string, steps: number): Promise<void> {
  const [a, b] = [await curveOf(found), await curveOf(expected)];
  assert.equal(a.losses.length, steps);
  const largest = Math.max(...a.losses.map((loss, i) => Math.abs(loss - b.losses[i])));
  assert.ok(largest <= 1e-4, `losses differ by ${largest}`); // float32 sums in another order
  assert.deepEqual(a.scores, b.scores);
}

async function curveOf(folder: string): Promise<{ losses: number[]; scores: unknown[] }> {
  const records = await metricsOf(folder);
  return {
    losses: records.filter(({ kind }) => kind === "train").map(({ loss }) => loss as number),
    scores: records.filter(({ kind }) => kind === "evaluation").map(({ step, size }) => [step, size]),
  };
}
