import { basename, dirname, join } from "node:path";
import type { SuiteReport } from "../../eval/mod.ts";
import { firstDifference, RUN_FILES, RunFolder } from "../_run_folder.ts";
import type { RunItems } from "../_run_items.ts";
import type { RunResult } from "../run_options.ts";
import { recipeJson } from "../resolve.ts";
import type { RungOptions } from "./halving.ts";
import type { PlannedRun, SweepRequest } from "./plan_sweep.ts";

/** What a sweep was asked for; it lies in its folder. */
export interface SweepSettings extends SweepRequest {
  /** How settings are left behind; null where all are trained to the end. */
  halving: Required<RungOptions> | null;
  /** The score that counts by its name; null for the mean of main scores. */
  metric: string | null;
  /** Size that it is taken at; null for the largest. */
  size: number | null;
}

/** How far a run has come: its folder is not there, holds a run that can be resumed, or a finished model. */
export type RunProgress = "new" | "begun" | "finished";

/** Name of the file that says what a sweep was asked for. */
const SETTINGS_FILE = "sweep.json";

/**
 * The folder of a sweep: `runs/NAME`, each a run like any other, and beside them what was scored at the rungs, what
 * failed, and the leaderboard. How far a sweep has come follows from what lies there.
 */
export class SweepFolder {
  /** Path of the folder. */
  readonly path: string;
  readonly #files: RunFolder;

  /**
   * Names a folder.
   *
   * @param path Path of the folder; it need not be there.
   */
  constructor(path: string) {
    this.path = path;
    this.#files = new RunFolder(path);
  }

  /** Path of something in the folder. */
  at(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** Folder of a run. */
  runFolder(name: string): string {
    return this.at("runs", name);
  }

  /** File of what a run scored at a rung, counted from 0. */
  rungFile(rung: number, name: string): string {
    return this.at("rungs", `${rung + 1}`, `${name}.json`);
  }

  /** File that one process at a time locks while it carries out a run. */
  lockFile(name: string): string {
    return this.at("locks", name);
  }

  /** What the sweep in the folder was asked for; undefined if there is none. */
  async readSettings(): Promise<SweepSettings | undefined> {
    return await this.#files.readJson(SETTINGS_FILE) as SweepSettings | undefined;
  }

  /**
   * Writes down what a sweep is asked for. A sweep without halving may grow, and be ranked otherwise; one with halving
   * rests on comparisons that were made.
   *
   * @throws {RangeError} If a sweep with halving is there, or asked for, and differs; the message names the difference.
   */
  async begin(settings: SweepSettings): Promise<void> {
    const before = await this.readSettings();
    if (before !== undefined) {
      const halves = before.halving !== null && settings.halving !== null;
      const difference = firstDifference(
        halves ? before : { halving: before.halving },
        JSON.parse(JSON.stringify(halves ? settings : { halving: settings.halving })),
      );
      if (difference !== undefined) this.#refuse(difference);
    }
    for (const name of ["runs", "rungs", "failed", "locks"]) {
      await Deno.mkdir(this.at(name), { recursive: true });
    }
    await this.#files.writeJson(SETTINGS_FILE, settings);
  }

  /**
   * How far a run has come.
   *
   * @throws {RangeError} If its folder holds a run of another recipe; the message names the difference.
   */
  async progressOf({ name, recipe }: Pick<PlannedRun, "name" | "recipe">): Promise<RunProgress> {
    const folder = new RunFolder(this.runFolder(name));
    const stored = await folder.readJson(RUN_FILES.recipe);
    if (stored === undefined) return "new";
    const difference = firstDifference(stored, JSON.parse(recipeJson(recipe)));
    if (difference !== undefined) this.#refuse(`in ${name}, ${difference}`);
    return await folder.isFinished() ? "finished" : "begun";
  }

  /** What a run scored at a rung, or with null at its end; undefined if it has not come so far. */
  async readScores(name: string, rung: number | null): Promise<RunItems | undefined> {
    if (rung !== null) return await readJson(this.rungFile(rung, name)) as RunItems | undefined;
    const run = new RunFolder(this.runFolder(name));
    const summary = await run.readJson(RUN_FILES.run) as RunResult | undefined;
    if (summary === undefined) return undefined;
    const items = await run.readJson(RUN_FILES.items) as RunItems | undefined;
    const step = summary.best?.step ?? summary.steps;
    if (items?.step === step) return items;
    // Finished by `train`, which keeps no items, and may have left those of a pause.
    const report = await run.readJson(RUN_FILES.report) as SuiteReport | undefined;
    return report && { step, totalSteps: summary.steps, texts: {}, report };
  }

  /**
   * Keeps what a run has scored as its scores at a rung: at its pause, or at its end where that came before.
   *
   * @param name The run.
   * @param rung The rung, counted from 0.
   */
  async keepRung(name: string, rung: number): Promise<void> {
    const items = await this.readScores(name, null) ??
      await readJson(join(this.runFolder(name), RUN_FILES.items));
    const file = this.rungFile(rung, name);
    await Deno.mkdir(dirname(file), { recursive: true });
    await new RunFolder(dirname(file)).writeText(basename(file), JSON.stringify(items) + "\n");
  }

  /** Notes that a run cannot be finished, and why. */
  async noteFailure(name: string, message: string): Promise<void> {
    await this.#files.writeJson(join("failed", `${name}.json`), { message });
  }

  /** Why a run failed; undefined if it did not. */
  async readFailure(name: string): Promise<string | undefined> {
    const note = await readJson(this.at("failed", `${name}.json`)) as { message: string } | undefined;
    return note?.message;
  }

  /** Forgets that a run failed. */
  async forgetFailure(name: string): Promise<void> {
    await Deno.remove(this.at("failed", `${name}.json`)).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }

  #refuse(difference: string): never {
    throw new RangeError(
      `Cannot go on with the sweep in ${this.path}: ${difference}; restore it, or name another --to`,
    );
  }
}

async function readJson(path: string): Promise<unknown> {
  return await new RunFolder(dirname(path)).readJson(basename(path));
}
