import { shareStart, train, type TrainingProblem, type TrainingStart } from "../train/mod.ts";
import { inAll, isTrueOfFirst } from "./_in_all.ts";
import { batchesOf } from "./_run_batches.ts";
import type { Run } from "./_stage.ts";
import { chooseStart, problemOf, startExecutor } from "./_start.ts";
import type { RunOptions, RunResult } from "./run_options.ts";

/** What a process other than the first says of a run that had finished before. */
export function nothingDone({ folder }: RunOptions): RunResult {
  return {
    folder,
    finished: true,
    steps: 0,
    trainSeconds: 0,
    waitedSeconds: 0,
    before: null,
    best: null,
    report: null,
  };
}

/** What a run optimises and where it starts: in a team the first process says where, and finds it. */
export async function startOf(
  run: Run,
  find: () => Promise<TrainingStart>,
): Promise<{ problem: TrainingProblem; start: TrainingStart }> {
  const processes = run.team?.processes;
  const isLeader = (processes?.rank ?? 0) === 0;
  const [problem, found] = await inAll(
    processes,
    async () => [await problemOf(run), isLeader ? await find() : undefined] as const,
  );
  const start = processes === undefined ? found! : await shareStart(processes, problem, found);
  return { problem, start };
}

/** The part of a run that is not the first process's: the same steps on the same tables; nothing is written or told. */
export async function follow(run: Run): Promise<RunResult> {
  const { recipe: { training }, options, schedule, team } = run;
  const { problem, start } = await startOf(run, () => Promise.reject(new Error("only the first starts")));
  const executor = await startExecutor(problem, run, start);
  try {
    const trainer = {
      ...training,
      executor,
      start: start.progress,
      batches: batchesOf(run),
      schedule,
      signal: options.signal,
      // As where something is saved and scored: what the executor then does concerns all.
      save: () => Promise.resolve(),
      evaluate: () => isTrueOfFirst(team?.processes, true),
    };
    if (start.progress.step === 0) await chooseStart(run, trainer);
    const goesOn = await isTrueOfFirst(team?.processes, true);
    const end = goesOn ? await train(trainer) : { ...start.progress, isEarly: true };
    const finished = end.isEarly || end.step === schedule.totalSteps;
    return { ...nothingDone(options), finished, steps: end.step };
  } finally {
    executor.close();
  }
}
