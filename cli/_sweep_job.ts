import { checkScoreChoice, type ScoreChoice } from "../eval/mod.ts";
import { type ResolvedRecipe, SweepFolder } from "../recipes/mod.ts";
import { type RunEvent, runRecipe } from "../recipes/run.ts";
import type { DeviceChoice } from "./_device_choice.ts";
import { cacheFolder, openHub } from "./_environment.ts";
import { lockFile } from "./_file_lock.ts";
import { print } from "./_output.ts";
import { describeEnvironment } from "./_run_environment.ts";
import { untilInterrupted } from "./_signals.ts";

/** Set in a process that carries out a run for a sweep; its job stands on its standard input. */
export const JOB_VARIABLE = "LATHE_SWEEP_JOB";

/** Milliseconds between two reports of a step. */
const STEP_INTERVAL = 200;

/** A run, or its part up to a rung, as a sweep hands it to a process. */
export interface SweepJob {
  /** Folder of the sweep. */
  folder: string;
  /** Name of the run. */
  name: string;
  /** Its recipe. */
  recipe: ResolvedRecipe;
  /** Share of its steps to do. */
  share: number;
  /** The rung whose scores these are, counted from 0; null for the end. */
  rung: number | null;
  /** The score that counts. */
  choice: ScoreChoice;
  /** Where to train. */
  device: DeviceChoice;
  /** Threads; all if left out. */
  threads?: number;
}

/** What the process says, a line of JSON each. */
export type SweepJobEvent =
  | { kind: "stage"; text: string }
  | { kind: "step"; step: number; totalSteps: number }
  | { kind: "end"; outcome: "done" | "interrupted" }
  | { kind: "end"; outcome: "failed" | "unrankable"; message: string };

/**
 * Carries out the job on standard input. When that ends, because the sweep stops or was killed, the run ends with a
 * checkpoint.
 */
export async function carryOutJob(): Promise<void> {
  const { first, ended } = await readJob();
  const job = JSON.parse(first) as SweepJob;
  const teller = new Teller(job.choice);
  await untilInterrupted(async (interrupted) => {
    const signal = AbortSignal.any([interrupted, ended]);
    try {
      teller.tell({ kind: "end", outcome: await carryOut(job, teller, signal) ? "done" : "interrupted" });
    } catch (error) {
      const { message } = error instanceof Error ? error : new Error(String(error));
      const outcome = teller.isUnrankable ? "unrankable" : "failed";
      teller.tell(
        signal.aborted ? { kind: "end", outcome: "interrupted" } : { kind: "end", outcome, message },
      );
    }
  });
}

/** Whether all of the job was done. */
async function carryOut(job: SweepJob, teller: Teller, signal: AbortSignal): Promise<boolean> {
  const { name, recipe, share, rung, device, threads } = job;
  const sweep = new SweepFolder(job.folder);
  // A process of a sweep that was killed may still be at it.
  using _lock = await lockFile(sweep.lockFile(name), signal);
  const folder = sweep.runFolder(name);
  const { finished, report } = await runRecipe(recipe, {
    ...device,
    folder,
    threads,
    signal,
    resume: await sweep.progressOf(job) !== "new",
    pauseAfter: share,
    perItem: true,
    hub: openHub({}),
    cacheFolder: cacheFolder(),
    clock: () => performance.now(),
    wallTime: () => Date.now() / 1000,
    environment: describeEnvironment(),
    onEvent: (event) => teller.hear(event),
  });
  if (!finished && report === null) return false;
  if (rung !== null) await sweep.keepRung(name, rung);
  return true;
}

/** Tells the sweep what a run does. */
class Teller {
  /** Whether the evaluation lacks the score that counts. */
  isUnrankable = false;
  readonly #choice: ScoreChoice;
  #stepTime = -Infinity;
  #stage = "";

  constructor(choice: ScoreChoice) {
    this.#choice = choice;
  }

  tell(event: SweepJobEvent): void {
    print(JSON.stringify(event) + "\n");
  }

  hear(event: RunEvent): void {
    switch (event.kind) {
      case "rows":
        return this.#stageOf(`reading ${event.dataset}`);
      case "wait":
        return this.#stageOf(`waiting for another process that prepares ${event.dataset}`);
      case "scoring":
        return this.#stageOf("scoring");
      case "scores":
        return this.#check(event);
      case "step":
        return this.#step(event);
    }
  }

  #stageOf(text: string): void {
    if (text !== this.#stage) this.tell({ kind: "stage", text });
    this.#stage = text;
  }

  #check({ report }: Extract<RunEvent, { kind: "scores" }>): void {
    try {
      checkScoreChoice(report, this.#choice);
    } catch (error) {
      this.isUnrankable = true;
      throw error;
    }
  }

  #step({ step, totalSteps }: Extract<RunEvent, { kind: "step" }>): void {
    const now = performance.now();
    if (now - this.#stepTime < STEP_INTERVAL && step < totalSteps) return;
    this.#stepTime = now;
    this.#stage = "";
    this.tell({ kind: "step", step, totalSteps });
  }
}

/** The first line of standard input, and a signal that comes when it ends. */
async function readJob(): Promise<{ first: string; ended: AbortSignal }> {
  const controller = new AbortController();
  const reader = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new RangeError(`Cannot carry out a run: no job was handed over; unset ${JOB_VARIABLE}`);
    text += value;
  }
  const untilEnd = async (): Promise<void> => {
    while (!(await reader.read()).done);
    controller.abort(new Error("the sweep stopped"));
  };
  void untilEnd();
  return { first: text.slice(0, text.indexOf("\n")), ended: controller.signal };
}
