import config from "../deno.json" with { type: "json" };
import { type Leaderboard, leaderboard, leaderboardReport, leaderboardTable } from "../eval/mod.ts";
import type { SweepSettings } from "../recipes/mod.ts";
import { print } from "./_output.ts";
import { writeReportFile } from "./_report_file.ts";
import type { Sweep } from "./_sweep_runs.ts";

/** Milliseconds between two versions of the page. */
const PAGE_INTERVAL = 10_000;

/** Keeps the leaderboard of a sweep: `leaderboard.json` and `leaderboard.html` in its folder. */
export class SweepOutput {
  readonly #sweep: Sweep;
  readonly #settings: SweepSettings;
  /** What is being written: two runs may end at one time. */
  #writing: Promise<unknown> = Promise.resolve();
  #pageTime = -Infinity;

  /**
   * Writes nothing yet.
   *
   * @param sweep The sweep.
   * @param settings What it was asked for.
   */
  constructor(sweep: Sweep, settings: SweepSettings) {
    this.#sweep = sweep;
    this.#settings = settings;
  }

  /**
   * Writes the leaderboard as it is now.
   *
   * @param dropped Settings that were left behind.
   * @param isLast Whether the page is written although it was a moment ago.
   */
  async write(dropped: ReadonlySet<number>, isLast = false): Promise<Leaderboard> {
    const result = this.#writing.then(() => this.#write(dropped, isLast));
    this.#writing = result.catch(() => {});
    return await result;
  }

  /** Prints a leaderboard. */
  print(board: Leaderboard, json: boolean): void {
    const { folder } = this.#sweep;
    if (json) return print(JSON.stringify(board, null, 2) + "\n");
    const [best] = board.entries;
    const models = best.runs.filter(({ state }) => state === "finished").map((run) => run.folder);
    print(leaderboardTable(board));
    if (models.length > 0) print(`\nbest: ${models.join(", ")}\n`);
    print(`${folder.at("leaderboard.html")}: with charts\n`);
  }

  async #write(dropped: ReadonlySet<number>, isLast: boolean): Promise<Leaderboard> {
    const { folder, plan, rungs, scores } = this.#sweep;
    const { metric, size } = this.#settings;
    const runs = await scores.read(plan, rungs, dropped);
    const board = leaderboard({ title: folder.path, metric, size, fields: plan.fields }, runs);
    await writeReportFile(folder.at("leaderboard.json"), JSON.stringify(board, null, 2) + "\n");
    if (!isLast && performance.now() - this.#pageTime < PAGE_INTERVAL) return board;
    this.#pageTime = performance.now();
    const done = runs.filter(({ state }) => state === "finished" || state === "dropped").length;
    const facts = [
      `${done} of ${runs.length} runs are done.`,
      `Lathe ${config.version}, Deno ${Deno.version.deno}, ${Deno.build.target}, ${navigator.hardwareConcurrency} cores, ` +
      `${new Date().toISOString().slice(0, 10)}.`,
    ];
    await writeReportFile(folder.at("leaderboard.html"), await leaderboardReport(board, { facts }));
    return board;
  }
}
