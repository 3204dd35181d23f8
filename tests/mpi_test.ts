/** Several processes by `mpirun`, on one machine. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { HAS_MPI, mpirun } from "./_mpirun.ts";

const PROGRAM = fileURLToPath(new URL("_mpi_program.ts", import.meta.url));

Deno.test({
  name: "Communicator: every process gathers what all of them give, and finds out whose recipe differs",
  ignore: !HAS_MPI,
  async fn() {
    const { code, stdout, stderr } = await mpirun(3, [PROGRAM]).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    const { results, disagree, sentBytes } = JSON.parse(new TextDecoder().decode(stdout));
    assert.deepEqual(results.slice(0, 5), [
      ...[[0, 0.5, 1, 1, 1.5, 0, 2, 2.5, -1], [10, 20, 20], [0, 1, 4], [], [2]],
    ]);
    assert.deepEqual(results.slice(5), [
      ["", "1 11 21", "2 2 12 12 22 22"],
      ["none", "AgreedError: ranks 1 and 2: Cannot"],
    ]);
    assert.deepEqual(disagree, []);
    // To each of two: three float32, no int32, one float64, three digests of 32 bytes, three lengths of texts (4 bytes
    // each: one text is empty, two are of one byte). Of the parts, one int32 to rank 1 and two to rank 2.
    assert.equal(sentBytes, 2 * (3 * 4 + 0 + 8 + 3 * 32 + 3 * 4 + 2) + 3 * 4);
  },
});

Deno.test({
  name: "mpirun ends the other processes when one dies",
  ignore: !HAS_MPI,
  async fn() {
    const program = `
      const { Communicator } = await import(${
      JSON.stringify(new URL("../mpi/mod.ts", import.meta.url).href)
    });
      const processes = Communicator.join();
      if (processes.rank === 1) Deno.exit(3);
      await processes.allGather(new Int32Array(1), new Int32Array(processes.size));
      console.log("never");`;
    const file = await Deno.makeTempFile({ suffix: ".ts" });
    try {
      await Deno.writeTextFile(file, program);
      const { code, stdout } = await mpirun(3, [file]).output();
      assert.notEqual(code, 0);
      assert.equal(new TextDecoder().decode(stdout), "");
    } finally {
      await Deno.remove(file);
    }
  },
});
