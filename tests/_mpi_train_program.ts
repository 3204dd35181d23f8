/**
 * What each process of the tests of parallel training does: some steps of several problems, or of large ones if it is
 * called with `large`. Rank 0 does the same alone, on the whole batches, and prints both.
 */
import { Random } from "../data/mod.ts";
import { Communicator } from "../mpi/mod.ts";
import { Runtime } from "../runtime/mod.ts";
import {
  buildChunkGraphs,
  communicationVolume,
  FusedExecutor,
  type GraphSpec,
  isComputedByRows,
  rowsOfRank,
  type StepTime,
  Team,
  type TrainingBatch,
} from "../train/mod.ts";
import { testBatch, testTable } from "../train/_test_problem.ts";
import { LARGE_PROBLEMS, PARALLEL_PROBLEMS, type ParallelProblem } from "./_parallel_problems.ts";

/** What came of the steps of a problem. */
export interface ParallelOutcome {
  losses: number[];
  norms: number[];
  table: number[];
}

/** Both, and how many bytes were sent. */
export interface ParallelComparison {
  together: ParallelOutcome;
  alone: ParallelOutcome;
  /** Of the steps, by this process and by the formula. */
  sentBytes: number;
  predictedBytes: number;
}

const STEPS = 20;
const RATE = 0.05;

const processes = Communicator.join();
const { rank, size } = processes;
const runtime = Runtime.open({ threads: 1 });
const comparisons: Record<string, ParallelComparison> = {};
for (const [name, problem] of Object.entries(Deno.args[0] === "large" ? LARGE_PROBLEMS : PARALLEL_PROBLEMS)) {
  const team = new Team(processes);
  const before = processes.sentBytes;
  const { outcome, stateBytes } = await run(problem, team);
  const sent = await sum(processes.sentBytes - before - stateBytes);
  const predicted = await sum(predictedBytes(problem));
  if (rank > 0) continue;
  const { outcome: alone } = await run(problem);
  comparisons[name] = { together: outcome, alone, sentBytes: sent, predictedBytes: predicted };
}
if (rank === 0) console.log(JSON.stringify(comparisons));
processes.leave();

/** The batches of a step: the same in every process. */
function batchesOf({ problem, pairs, batchesPerStep = 1 }: ParallelProblem, step: number): TrainingBatch[] {
  const random = new Random(100 + step);
  const task = step % problem.tasks.length;
  return Array.from({ length: batchesPerStep }, () => testBatch(random, { pairs, task, problem }));
}

async function run(
  each: ParallelProblem,
  team?: Team,
): Promise<{ outcome: ParallelOutcome; stateBytes: number }> {
  const { problem } = each;
  const executor = await FusedExecutor.start(problem, runtime, { embeddings: testTable(problem, 6), team });
  const outcome: ParallelOutcome = { losses: [], norms: [], table: [] };
  for (let step = 1; step <= STEPS; step++) {
    for (const batch of batchesOf(each, step)) {
      outcome.losses.push(await executor.accumulate(executor.prepare(batch)));
    }
    const time: StepTime = { step, learningRate: RATE };
    outcome.norms.push(await executor.update(time));
  }
  const before = processes.sentBytes;
  await executor.readState(); // compares the tables of all
  outcome.table = [...await executor.readTable()];
  executor.close();
  return { outcome, stateBytes: processes.sentBytes - before };
}

/** What the formula says that this process sends in all steps. */
function predictedBytes(each: ParallelProblem): number {
  const shapes = each.problem.tasks.map(shapeOf);
  let bytes = 0;
  for (let step = 1; step <= STEPS; step++) {
    const batches = batchesOf(each, step);
    const rows = (one: number): Set<number> =>
      new Set(batches.flatMap((batch) => rowsIn(batch, { rank: one, size })));
    const all = new Set(Array.from({ length: size }, (_, i) => [...rows(i)]).flat());
    bytes += communicationVolume({
      processes: size,
      ...shapes[batches[0].task],
      batches: batches.length,
      pairs: each.pairs,
      ownPairs: rowsOfRank(each.pairs, processes).count,
      foreignRows: [...rows(rank)].filter((row) => row % size !== rank).length,
      ownRows: [...all].filter((row) => row % size === rank).length,
    });
  }
  return bytes;
}

function shapeOf(spec: GraphSpec): { columns: number; competitors: number; dim: number } {
  const competitors = isComputedByRows(spec.loss) ? buildChunkGraphs(spec).competitors.length : 0;
  return { columns: spec.columns, competitors, dim: spec.dim };
}

/** Rows of the table that the texts of a rank use. */
function rowsIn({ columns }: TrainingBatch, of: { rank: number; size: number }): number[] {
  const { first, count } = rowsOfRank(columns[0].offsets.length - 1, of);
  return columns.flatMap(({ ids, offsets }) => [...ids.subarray(offsets[first], offsets[first + count])]);
}

async function sum(value: number): Promise<number> {
  const all = new Float64Array(size);
  await processes.allGather(Float64Array.of(value), all);
  return all.reduce((total, each) => total + each, 0);
}
