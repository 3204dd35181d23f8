/** What each process of the communicator's test does; rank 0 prints what came of it. */
import { Communicator } from "../mpi/mod.ts";

const processes = Communicator.join();
const { rank, size } = processes;

const equal = new Float32Array(3 * size);
await processes.allGather(Float32Array.of(rank, rank + 0.5, 1 - rank), equal);
const counts = Array.from({ length: size }, (_, i) => i); // rank 0 gives nothing
const varying = new Int32Array(counts.reduce((sum, count) => sum + count, 0));
await processes.allGatherVarying(new Int32Array(rank).fill(10 * rank), counts, varying);
const inPlace = new Float64Array(size);
inPlace[rank] = rank ** 2;
await processes.allGather(inPlace.subarray(rank, rank + 1), inPlace);
const same = await processes.differing("the same recipe");
const other = await processes.differing(rank === size - 1 ? "another recipe" : "the same recipe");
const results = [[...equal], [...varying], [...inPlace], same, other];
// What one process has, all have.
const disagree = await processes.differing(JSON.stringify(results));
if (rank === 0) console.log(JSON.stringify({ results, disagree, sentBytes: processes.sentBytes }));
processes.leave();
