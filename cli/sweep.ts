import type { Leaderboard } from "../eval/mod.ts";
import {
  checkScored,
  planRungs,
  planSweep,
  SweepFolder,
  SweepScores,
  type SweepSettings,
} from "../recipes/mod.ts";
import { defineCommand } from "./_command.ts";
import { type DeviceChoice, parseDeviceChoice } from "./_device_choice.ts";
import { tryLockFile } from "./_file_lock.ts";
import { untilInterrupted } from "./_signals.ts";
import { carryOutJob, JOB_VARIABLE } from "./_sweep_job.ts";
import { SweepOutput } from "./_sweep_output.ts";
import { runSweep, type Sweep, type SweepEnd } from "./_sweep_runs.ts";
import { parallelRuns, SWEEP_OPTIONS, type SweepArguments, sweepSettings } from "./_sweep_settings.ts";

/** `sweep [RECIPE]`: trains a recipe with all combinations of some fields, and ranks them. */
export const sweepCommand = defineCommand({
  name: "sweep",
  summary: "Train a recipe with many choices of its fields, and rank them",
  positionals: [{
    name: "RECIPE",
    required: false,
    description:
      "a .ts, .js or .json file, or a shipped recipe's name; without it --to names a sweep to go on with",
  }],
  options: SWEEP_OPTIONS,
  examples: [
    {
      command:
        "deno task sweep my-recipe.ts --grid training.learningRate=0.05,0.1,0.2 --grid training.epochs=1,3",
      does: "Six runs, one after the other, and their leaderboard",
    },
    {
      command:
        "deno task sweep my-recipe.ts --grid 'model.dim&loss.dims=64&[32,64],256&[64,256]' --grid seed=12,13,14",
      does: "Two fields that change together, each choice with three seeds",
    },
    {
      command:
        "deno task sweep my-recipe.ts --grid training.learningRate=0.01,0.02,0.05,0.1,0.2,0.4 --halving",
      does: "Successive halving: only the best is trained to the end",
    },
    { command: "deno task sweep --to sweeps/my-recipe", does: "Goes on where a sweep was ended" },
  ],
  async run({ options, positionals: [recipe] }) {
    if (Deno.env.get(JOB_VARIABLE) !== undefined) return await carryOutJob();
    const settings = await sweepSettings(recipe, options);
    const device = await parseDeviceChoice(options.device, options["device-option"]);
    const sweep = await prepareSweep(settings, options, device);
    using _lock = lockSweep(sweep.folder);
    await sweep.folder.begin(settings);
    if (options.retry) { for (const { name } of sweep.plan.runs) await sweep.folder.forgetFailure(name); }
    const output = new SweepOutput(sweep, settings);
    const end = await carryOut(sweep, options, { device, output });
    const board = await output.write(end.dropped, true);
    if (end.isInterrupted) throw interrupted(sweep, board);
    output.print(board, options.json);
    assertAllWell(sweep, board);
  },
});

/** Checks all that can be checked before anything runs. */
async function prepareSweep(
  settings: SweepSettings,
  options: SweepArguments,
  device: DeviceChoice,
): Promise<Sweep> {
  parallelRuns(options, device);
  const { halving, metric, size } = settings;
  const plan = await planSweep(settings);
  checkScored(plan, size);
  const folder = new SweepFolder(options.to ?? `sweeps/${plan.name}`);
  for (const run of plan.runs) await folder.progressOf(run);
  const rungs = planRungs(halving === null ? 1 : plan.settings, halving ?? {});
  if (halving === null) rungs[0].settings = plan.settings;
  const choice = { metric: metric ?? undefined, size: size ?? undefined };
  return { folder, plan, rungs, choice, scores: new SweepScores(folder, choice) };
}

function lockSweep(folder: SweepFolder): Disposable {
  const lock = tryLockFile(folder.at("locks", "sweep"));
  if (lock !== undefined) return lock;
  throw new RangeError(
    `Cannot sweep into ${folder.path}: another process is at it; wait for it, or name another --to`,
  );
}

async function carryOut(
  sweep: Sweep,
  options: SweepArguments,
  { device, output }: { device: DeviceChoice; output: SweepOutput },
): Promise<SweepEnd> {
  return await untilInterrupted((signal) =>
    runSweep(sweep, {
      parallel: parallelRuns(options, device),
      device,
      quiet: options.json,
      signal,
      onScored: async (dropped) => void await output.write(dropped),
    })
  );
}

function interrupted({ folder, plan }: Sweep, { entries }: Leaderboard): Error {
  const done = entries.flatMap(({ runs }) => runs).filter(({ state }) => state === "finished").length;
  return new Error(
    `Stopped with ${done} of ${plan.runs.length} runs finished: the sweep was interrupted; ` +
      `what is done is kept, sweep --to ${folder.path} goes on`,
  );
}

function assertAllWell({ folder, plan }: Sweep, { entries }: Leaderboard): void {
  const failed = entries.flatMap(({ runs }) => runs).filter(({ state }) => state === "failed");
  if (failed.length === 0) return;
  const [{ name, message }] = failed;
  throw new Error(
    `Cannot finish ${failed.length} of ${plan.runs.length} runs, among them ${name}: ${message}; ` +
      `sweep --to ${folder.path} --retry tries again`,
  );
}
