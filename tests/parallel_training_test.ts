/** Several processes train what one process trains with the whole batch. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { HAS_MACHINES, onMachines } from "./_machines.ts";
import type { ParallelComparison } from "./_mpi_train_program.ts";
import { HAS_MPI, mpirun } from "./_mpirun.ts";
import { assertParallel } from "./_parallel_comparison.ts";
import { LARGE_PROBLEMS, PARALLEL_PROBLEMS } from "./_parallel_problems.ts";

const PROGRAM = fileURLToPath(new URL("_mpi_train_program.ts", import.meta.url));

Deno.test({
  name: "four processes: losses, norms and table of one with the whole batch, bytes as predicted",
  ignore: !HAS_MPI,
  async fn() {
    const { code, stdout, stderr } = await mpirun(4, [PROGRAM]).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const found = JSON.parse(new TextDecoder().decode(stdout)) as Record<string, ParallelComparison>;
    assert.deepEqual(Object.keys(found), Object.keys(PARALLEL_PROBLEMS));
    for (const [name, comparison] of Object.entries(found)) assertParallel(name, comparison);
  },
});

Deno.test({
  name: "four machines: the same, and on the wire between them hardly more bytes than predicted",
  ignore: !HAS_MACHINES,
  async fn() {
    const { code, out, error, wireBytes } = await onMachines([1, 1, 1, 1], [PROGRAM, "large"]);
    assert.equal(code, 0, error);
    const found = JSON.parse(out) as Record<string, ParallelComparison>;
    assert.deepEqual(Object.keys(found), Object.keys(LARGE_PROBLEMS));
    for (const [name, comparison] of Object.entries(found)) assertParallel(name, comparison);
    const predicted = Object.values(found).reduce((sum, { predictedBytes }) => sum + predictedBytes, 0);
    // The headers of Ethernet, IP, TCP and Open MPI; starting and ending the processes.
    const ratio = wireBytes / predicted;
    assert.ok(ratio > 1 && ratio < 1.05, `${wireBytes} bytes, ${predicted} predicted`);
  },
});
