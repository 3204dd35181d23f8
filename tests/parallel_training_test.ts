/** Several processes train what one process trains with the whole batch. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { ParallelComparison } from "./_mpi_train_program.ts";
import { HAS_MPI, mpirun } from "./_mpirun.ts";
import { PARALLEL_PROBLEMS } from "./_parallel_problems.ts";

const PROGRAM = fileURLToPath(new URL("_mpi_train_program.ts", import.meta.url));

Deno.test({
  name: "four processes: losses, norms and table of one with the whole batch, bytes as predicted",
  ignore: !HAS_MPI,
  async fn() {
    const { code, stdout, stderr } = await mpirun(4, [PROGRAM]).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const found = JSON.parse(new TextDecoder().decode(stdout)) as Record<string, ParallelComparison>;
    assert.deepEqual(Object.keys(found), Object.keys(PARALLEL_PROBLEMS));
    for (const [name, { together, alone, sentBytes, predictedBytes }] of Object.entries(found)) {
      // The same sums of float32 in another order; 20 steps of rate 0.05 carry it on.
      assertClose(together.losses, alone.losses, 1e-4, `${name}: losses`);
      assertClose(together.norms, alone.norms, 1e-3, `${name}: norms`);
      assertClose(together.table, alone.table, 1e-3, `${name}: table`);
      assert.equal(sentBytes, predictedBytes, name);
      assert.ok(
        new Set(together.losses).size === together.losses.length,
        `${name}: every step has a loss of its own`,
      );
    }
  },
});

function assertClose(found: number[], expected: number[], tolerance: number, what: string): void {
  assert.equal(found.length, expected.length);
  const largest = Math.max(...found.map((value, i) => Math.abs(value - expected[i])));
  assert.ok(largest <= tolerance, `${what} differ by ${largest}`);
}
