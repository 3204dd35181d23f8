import {
  drawScore,
  type LeaderboardRun,
  type RunState,
  type ScoreChoice,
  type ScoreDraws,
} from "../../eval/mod.ts";
import type { RunItems } from "../_run_items.ts";
import type { Rung } from "./halving.ts";
import type { PlannedRun, SweepPlan } from "./plan_sweep.ts";
import { readRunPace } from "./run_pace.ts";
import type { SweepFolder } from "./sweep_folder.ts";

/** What the runs of a sweep have scored, read from its folder. Draws are made once for every score. */
export class SweepScores {
  readonly #folder: SweepFolder;
  readonly #choice: ScoreChoice;
  /** Draws by run, steps done and score. */
  readonly #drawn = new Map<string, ScoreDraws>();

  /**
   * Reads nothing yet.
   *
   * @param folder Where the sweep lies.
   * @param choice The score that counts.
   */
  constructor(folder: SweepFolder, choice: ScoreChoice) {
    this.#folder = folder;
    this.#choice = choice;
  }

  /**
   * The score of a run.
   *
   * @param name The run.
   * @param rung A rung, counted from 0; null for the end.
   * @returns Null where it was not scored there.
   */
  async scoreOf(name: string, rung: number | null): Promise<ScoreDraws | null> {
    const items = await this.#folder.readScores(name, rung);
    return items === undefined ? null : this.#draw(name, items);
  }

  /**
   * The mean score of every setting at a rung over its seeds.
   *
   * @param plan The sweep.
   * @param rung The rung, counted from 0.
   * @returns One entry a setting; null where one of its runs has no score.
   */
  async settingScores({ runs, settings }: SweepPlan, rung: number): Promise<(number | null)[]> {
    const groups = Map.groupBy(runs, ({ setting }) => setting);
    return await Promise.all(Array.from({ length: settings }, async (_, setting) => {
      const own = groups.get(setting)!;
      const scores = await Promise.all(own.map(({ name }) => this.scoreOf(name, rung)));
      const values = scores.map((score) => score?.value ?? null).filter((value) => value !== null);
      return values.length < own.length ? null : values.reduce((sum, value) => sum + value, 0) / own.length;
    }));
  }

  /**
   * Every run as the leaderboard takes it.
   *
   * @param plan The sweep.
   * @param rungs Its rungs.
   * @param dropped Settings that were left behind.
   */
  async read(
    plan: SweepPlan,
    rungs: readonly Rung[],
    dropped: ReadonlySet<number>,
  ): Promise<LeaderboardRun[]> {
    return await Promise.all(plan.runs.map((run) => this.#readRun(run, rungs, dropped.has(run.setting))));
  }

  async #readRun(run: PlannedRun, rungs: readonly Rung[], isDropped: boolean): Promise<LeaderboardRun> {
    const { name, fields, seed } = run;
    const folder = this.#folder.runFolder(name);
    const isFinished = await this.#folder.progressOf(run) === "finished";
    const message = await this.#folder.readFailure(name) ?? null;
    const scored = await this.#lastScore(name, rungs, isFinished);
    const state: RunState = message !== null
      ? "failed"
      : isFinished
      ? "finished"
      : isDropped
      ? "dropped"
      : "unfinished";
    const pace = await readRunPace(folder);
    return {
      name,
      folder,
      fields,
      seed,
      state,
      share: scored?.share ?? 0,
      score: scored?.score ?? null,
      steps: pace?.steps ?? null,
      seconds: pace?.seconds ?? null,
      pairsPerSecond: pace?.pairsPerSecond ?? null,
      message,
    };
  }

  async #lastScore(
    name: string,
    rungs: readonly Rung[],
    isFinished: boolean,
  ): Promise<{ share: number; score: ScoreDraws } | null> {
    const score = isFinished ? await this.scoreOf(name, null) : null;
    if (score !== null) return { share: 1, score };
    for (let rung = rungs.length - 2; rung >= 0; rung--) {
      const score = await this.scoreOf(name, rung);
      if (score !== null) return { share: rungs[rung].share, score };
    }
    return null;
  }

  #draw(name: string, { step, report, texts }: RunItems): ScoreDraws {
    const key = `${name} ${step}`;
    const drawn = this.#drawn.get(key) ?? drawScore(report, { ...this.#choice, texts });
    this.#drawn.set(key, drawn);
    return drawn;
  }
}
