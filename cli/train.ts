import { reportTable } from "../eval/mod.ts";
import { agree, type Communicator } from "../mpi/mod.ts";
import { loadRecipe, type ResolvedRecipe } from "../recipes/mod.ts";
import { runRecipe, type RunResult } from "../recipes/run.ts";
import { type DeviceChoice, deviceChoice, parseDeviceChoice } from "./_device_choice.ts";
import { defineCommand } from "./_command.ts";
import { cacheFolder, openHub } from "./_environment.ts";
import { freshRunFolder, rememberLatest, unfinishedRunFolder } from "./_latest_run.ts";
import { print } from "./_output.ts";
import { hubHooks } from "./_hub_progress.ts";
import { Narrator } from "./_narrator.ts";
import { type ProcessesHere, together } from "./_processes.ts";
import { RECIPE_SETTING } from "./_recipe_setting.ts";
import { describeEnvironment } from "./_run_environment.ts";
import { untilInterrupted } from "./_signals.ts";

/** Recipe that runs when none is named. */
const DEFAULT_RECIPE = "quickstart";

/** `train [RECIPE]`: trains, saves and scores the model of a recipe. */
export const trainCommand = defineCommand({
  name: "train",
  summary: "Train, save and score the model of a recipe",
  positionals: [
    { name: "RECIPE", required: false, description: "a .ts, .js or .json file, or a shipped recipe's name" },
  ],
  options: {
    set: RECIPE_SETTING,
    ...deviceChoice("Where to train; auto is the cpu, cuda:1 the second of several"),
    output: {
      type: "string",
      short: "o",
      placeholder: "DIR",
      description: "Folder of the model; runs/NAME, or runs/NAME-2 and so on, if not given",
    },
    resume: { type: "boolean", description: "Go on with the run in that folder from its last checkpoint" },
    "max-steps": { type: "string", placeholder: "N", description: "Same as --set training.maxSteps=N" },
    json: { type: "boolean", description: "Print what came of the run as JSON instead of a table" },
  },
  examples: [
    { command: "deno task train", does: "The quickstart: API documentation, in about a minute" },
    {
      command: "LATHE_HUB_MIRROR=mirror deno task train retrieval-en",
      does: "The English retrieval model, from a mirror of the hub",
    },
    {
      command: "deno task train my-recipe.ts --set training.batchSize=512 --output runs/small-batch",
      does: "A recipe of one's own with one field changed",
    },
    {
      command: "deno task train --resume --output runs/my-recipe",
      does: "Goes on where a run was ended, with the recipe that lies there",
    },
  ],
  run: (args) => together((here) => trainHere(args, here)),
});

async function trainHere(
  { options, positionals: [named] }: TrainArguments,
  { processes, isLeader, threads }: ProcessesHere,
): Promise<void> {
  const choice = await parseDeviceChoice(options.device, options["device-option"]);
  const steps = options["max-steps"];
  const overrides = steps === undefined ? options.set : [...options.set, `training.maxSteps=${steps}`];
  const begun = options.resume && options.output !== undefined ? `${options.output}/recipe.json` : undefined;
  const load = (): Promise<ResolvedRecipe> => loadRecipe(named ?? begun ?? DEFAULT_RECIPE, overrides);
  const recipe = processes === undefined ? await load() : await agree(processes, load);
  const folder = isLeader ? await folderOf(options, recipe.name) : "";
  const { resume, json } = options;
  const quiet = json || !isLeader;
  const result = await runWithProgress(recipe, { ...choice, folder, resume, quiet, processes, threads });
  if (!isLeader) return;
  if (!result.finished) {
    const kept = result.steps === 0 ? "no step was done yet" : `a checkpoint is kept in ${folder}`;
    throw new Error(
      `Stopped at step ${result.steps}: the run was interrupted; ${kept}, ` +
        `train --resume --output ${folder} goes on`,
    );
  }
  print(json ? JSON.stringify(result, null, 2) + "\n" : summary(result));
  await rememberLatest(folder);
}

/** What `train` is called with. */
interface TrainArguments {
  options: TrainFolder & {
    set: string[];
    device: string;
    "device-option": string[];
    json: boolean;
    "max-steps"?: string;
  };
  positionals: readonly (string | undefined)[];
}

interface TrainFolder {
  output?: string;
  resume: boolean;
}

async function folderOf({ output, resume }: TrainFolder, name: string): Promise<string> {
  return output ?? (resume ? await unfinishedRunFolder(name) : await freshRunFolder(name));
}

interface Invocation extends DeviceChoice {
  folder: string;
  resume: boolean;
  /** Whether only results and errors are printed. */
  quiet: boolean;
  processes?: Communicator;
  threads?: number;
}

async function runWithProgress(
  recipe: ResolvedRecipe,
  { quiet, ...invocation }: Invocation,
): Promise<RunResult> {
  const narrator = new Narrator(quiet);
  try {
    return await untilInterrupted((signal) =>
      runRecipe(recipe, {
        ...invocation,
        signal,
        hub: openHub({ ...hubHooks(), signal }),
        cacheFolder: cacheFolder(),
        clock: () => performance.now(),
        wallTime: () => Date.now() / 1000,
        environment: describeEnvironment(),
        onEvent: (invocation.processes?.rank ?? 0) === 0 ? (event) => narrator.tell(event) : undefined,
      })
    );
  } finally {
    narrator.finish();
  }
}

function summary({ before, report, folder, steps, trainSeconds, waitedSeconds, best }: RunResult): string {
  const parts = [];
  if (before !== null) parts.push(`Before training\n${reportTable(before)}`);
  if (report !== null) parts.push(`After training\n${reportTable(report)}`);
  const waited = (100 * waitedSeconds / Math.max(trainSeconds, 1e-3)).toFixed(1);
  if (best !== null) parts.push(`The model is that of step ${best.step}, the best evaluation\n`);
  parts.push(`${folder}: ${steps} steps in ${trainSeconds.toFixed(1)} s, waited for data ${waited} %\n`);
  return parts.join("\n");
}
