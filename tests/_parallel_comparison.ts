/** Holds training in several processes against training in one. */
import assert from "node:assert/strict";
import type { ParallelComparison } from "./_mpi_train_program.ts";

/** Losses, norms and table are those of one process with the whole batch; what was sent is what the formula says. */
export function assertParallel(
  name: string,
  { together, alone, sentBytes, predictedBytes }: ParallelComparison,
): void {
  // The same sums of float32 in another order; 20 steps of rate 0.05 carry it on.
  assertClose(together.losses, alone.losses, 1e-4, `${name}: losses`);
  assertClose(together.norms, alone.norms, 1e-3, `${name}: norms`);
  assertClose(together.table, alone.table, 1e-3, `${name}: table`);
  assert.equal(sentBytes, predictedBytes, name);
  assert.equal(new Set(together.losses).size, together.losses.length, `${name}: every step has its own loss`);
}

function assertClose(found: number[], expected: number[], tolerance: number, what: string): void {
  assert.equal(found.length, expected.length);
  const largest = found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
  assert.ok(largest <= tolerance, `${what} differ by ${largest}`);
}
