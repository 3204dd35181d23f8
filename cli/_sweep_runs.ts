import type { ScoreChoice } from "../eval/mod.ts";
import {
  type PlannedRun,
  readRunPace,
  type Rung,
  survivors,
  type SweepFolder,
  type SweepPlan,
  type SweepScores,
} from "../recipes/mod.ts";
import type { DeviceChoice } from "./_device_choice.ts";
import { inParallel } from "./_in_parallel.ts";
import { formatSeconds } from "./_progress.ts";
import { type JobOutcome, runJob } from "./_sweep_process.ts";
import { type SweepPart, SweepProgress } from "./_sweep_progress.ts";

/** A sweep that is carried out. */
export interface Sweep {
  /** Where it lies. */
  folder: SweepFolder;
  /** Its runs. */
  plan: SweepPlan;
  /** Its rungs; one where all runs are trained to the end. */
  rungs: readonly Rung[];
  /** The score that counts. */
  choice: ScoreChoice;
  /** What was scored. */
  scores: SweepScores;
}

/** Options of {@linkcode runSweep}. */
export interface RunSweepOptions {
  /** How many runs go on at once. */
  parallel: number;
  /** Where they are trained. */
  device: DeviceChoice;
  /** Whether nothing is told. */
  quiet: boolean;
  /** Ends the runs under way with checkpoints. */
  signal: AbortSignal;
  /** Called after every run, with the settings that were left behind. */
  onScored: (dropped: ReadonlySet<number>) => Promise<void>;
}

/** How a sweep ended. */
export interface SweepEnd {
  /** Settings that were left behind. */
  dropped: ReadonlySet<number>;
  /** Whether it was interrupted. */
  isInterrupted: boolean;
}

/**
 * Carries out what is left of a sweep, rung by rung. A run that fails is noted, and the others go on.
 *
 * @throws {RangeError} If the evaluation lacks the score that counts.
 */
export async function runSweep(sweep: Sweep, options: RunSweepOptions): Promise<SweepEnd> {
  const { plan, rungs, scores } = sweep;
  const dropped = new Set<number>();
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const progress = new SweepProgress({ ...extentOf(sweep), quiet: options.quiet });
  let isInterrupted = false;
  try {
    for (let rung = 0; rung < rungs.length && !isInterrupted; rung++) {
      const alive = plan.runs.filter(({ setting }) => !dropped.has(setting));
      await inParallel(alive, options.parallel, async (run) => {
        if (isInterrupted) return;
        const part = new Part(sweep, run, rung);
        if (await part.isDone()) return progress.skip(part);
        progress.begin(part);
        const end = await part.carryOut(options, signal, progress);
        if (end.outcome === "interrupted") isInterrupted = true;
        if (end.outcome === "interrupted" || end.outcome === "unrankable") stop.abort();
        if (end.outcome === "unrankable") throw new RangeError(end.message);
        if (isInterrupted) return;
        progress.end(part, await part.tell(end));
        await options.onScored(dropped);
      });
      const isLast = rung === rungs.length - 1;
      if (!isInterrupted && !isLast) {
        dropWorst(dropped, await scores.settingScores(plan, rung), rungs[rung + 1]);
      }
    }
  } finally {
    progress.finish();
  }
  return { dropped, isInterrupted };
}

/** Adds the settings to `out` that do not go on to a rung. */
function dropWorst(out: Set<number>, scores: readonly (number | null)[], { settings }: Rung): void {
  const stay = survivors(scores.map((score, setting) => out.has(setting) ? null : score), settings);
  scores.forEach((_, setting) => stay.includes(setting) || out.add(setting));
}

/** How many parts there are, and how many whole runs they make. */
function extentOf({ plan, rungs }: Sweep): { parts: number; work: number } {
  const seeds = plan.runs.length / plan.settings;
  return {
    parts: seeds * rungs.reduce((sum, { settings }) => sum + settings, 0),
    work: seeds * rungs.reduce((sum, { settings }, i) => sum + settings * workOf(rungs, i), 0),
  };
}

function workOf(rungs: readonly Rung[], rung: number): number {
  return rungs[rung].share - (rungs[rung - 1]?.share ?? 0);
}

/** A run, or what it does up to a rung. */
class Part implements SweepPart {
  readonly name: string;
  readonly work: number;
  readonly #sweep: Sweep;
  readonly #run: PlannedRun;
  /** The rung whose scores these are; null for the end. */
  readonly #rung: number | null;
  readonly #share: number;
  readonly #start = performance.now();

  constructor(sweep: Sweep, run: PlannedRun, rung: number) {
    this.name = run.name;
    this.work = workOf(sweep.rungs, rung);
    this.#sweep = sweep;
    this.#run = run;
    this.#rung = rung === sweep.rungs.length - 1 ? null : rung;
    this.#share = sweep.rungs[rung].share;
  }

  /** Whether it was done before, or has failed. */
  async isDone(): Promise<boolean> {
    const { folder } = this.#sweep;
    if (await folder.readFailure(this.name) !== undefined) return true;
    if (this.#rung === null) return await folder.progressOf(this.#run) === "finished";
    return await folder.readScores(this.name, this.#rung) !== undefined;
  }

  async carryOut(
    { parallel, device }: RunSweepOptions,
    signal: AbortSignal,
    progress: SweepProgress,
  ): Promise<JobOutcome> {
    const { folder, choice } = this.#sweep;
    const cores = navigator.hardwareConcurrency;
    const job = {
      folder: folder.path,
      name: this.name,
      recipe: this.#run.recipe,
      share: this.#share,
      rung: this.#rung,
      choice,
      device,
      threads: parallel === 1 ? undefined : Math.max(1, Math.floor(cores / parallel)),
    };
    const end = await runJob(job, { signal, onEvent: (event) => progress.hear(this.name, event) });
    if (end.outcome === "failed") await folder.noteFailure(this.name, end.message);
    return end;
  }

  /** How it ended, in a line. */
  async tell(end: JobOutcome): Promise<string> {
    if (end.outcome === "failed") return `failed. ${(end as { message: string }).message}`;
    const { folder, scores } = this.#sweep;
    const score = (await scores.scoreOf(this.name, this.#rung))?.value;
    const pace = await readRunPace(folder.runFolder(this.name));
    const took = formatSeconds((performance.now() - this.#start) / 1000);
    const rate = pace === null
      ? ""
      : `, ${pace.steps} steps, ${Math.round(pace.pairsPerSecond).toLocaleString("en-US")} pairs/s`;
    return `${score?.toFixed(4) ?? "no score"} in ${took}${rate}`;
  }
}
