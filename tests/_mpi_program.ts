/** What each process of the communicator's test does; rank 0 prints what came of it. */
import { agree, Communicator } from "../mpi/mod.ts";

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
// Rank r gives rank o the number 10 r + o, o times.
const parts = counts.flatMap((count, to) => Array.from({ length: count }, () => 10 * rank + to));
const taken = new Int32Array(rank * size);
await processes.allToAll(Int32Array.from(parts), counts, { out: taken, received: counts.map(() => rank) });
const exchanged = await processes.gatherTexts(taken.join(" "));
const faultOf = async (work: () => unknown): Promise<string> =>
  await agree(processes, work).then(() => "none", ({ name, message }) => `${name}: ${message}`);
const faults = [
  await faultOf(() => rank),
  await faultOf(() => {
    if (rank > 0) throw new RangeError("Cannot");
  }),
];
const results = [[...equal], [...varying], [...inPlace], same, other, exchanged, faults];
// What one process has, all have.
const disagree = await processes.differing(JSON.stringify(results));
if (rank === 0) console.log(JSON.stringify({ results, disagree, sentBytes: processes.sentBytes }));
processes.leave();
