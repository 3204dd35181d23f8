/**
 * Several processes that work on one training, by MPI: Open MPI's library through the foreign function interface.
 *
 * ```ts no-run
 * import { Communicator } from "./mod.ts";
 *
 * const processes = Communicator.join(); // started by: mpirun -n 4 deno run -A program.ts
 * const all = new Float32Array(2 * processes.size);
 * await processes.allGather(Float32Array.of(processes.rank, 0.5), all);
 * processes.leave();
 * ```
 *
 * @module
 */
export { agree, AgreedError, describeRanks } from "./agree.ts";
export { checkSame } from "./check_same.ts";
export { Communicator, type Exchanged } from "./communicator.ts";
