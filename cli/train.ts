import config from "../deno.json" with { type: "json" };
import { reportTable } from "../eval/mod.ts";
import { loadRecipe, type ResolvedRecipe } from "../recipes/mod.ts";
import { runRecipe, type RunResult } from "../recipes/run.ts";
import { type DeviceName, findLibrary, openLibrary } from "../runtime/mod.ts";
import { parseDevice } from "./_device.ts";
import { defineCommand } from "./_command.ts";
import { openHub } from "./_environment.ts";
import { freshRunFolder, rememberLatest, unfinishedRunFolder } from "./_latest_run.ts";
import { print } from "./_output.ts";
import { Narrator } from "./_narrator.ts";
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
    set: {
      type: "string",
      multiple: true,
      placeholder: "PATH=VALUE",
      description: "Set a field of the recipe; the value is JSON or plain text",
    },
    device: {
      type: "string",
      placeholder: "cpu|cuda|webgpu|auto",
      description: "Where to train; auto is the cpu",
      default: "auto",
    },
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
  async run({ options, positionals: [named] }) {
    const device = parseDevice(options.device);
    const steps = options["max-steps"];
    const overrides = steps === undefined ? options.set : [...options.set, `training.maxSteps=${steps}`];
    const begun = options.resume && options.output !== undefined
      ? `${options.output}/recipe.json`
      : undefined;
    const recipe = await loadRecipe(named ?? begun ?? DEFAULT_RECIPE, overrides);
    const folder = options.output ??
      (options.resume ? await unfinishedRunFolder(recipe.name) : await freshRunFolder(recipe.name));
    const result = await runWithProgress(recipe, {
      folder,
      device,
      resume: options.resume,
      quiet: options.json,
    });
    if (!result.finished) {
      const kept = result.steps === 0 ? "no step was done yet" : `a checkpoint is kept in ${folder}`;
      throw new Error(
        `Stopped at step ${result.steps}: the run was interrupted; ${kept}, ` +
          `train --resume --output ${folder} goes on`,
      );
    }
    print(options.json ? JSON.stringify(result, null, 2) + "\n" : summary(result));
    await rememberLatest(folder);
  },
});

interface Invocation {
  folder: string;
  device: DeviceName;
  resume: boolean;
  /** Whether only results and errors are printed. */
  quiet: boolean;
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
        hub: openHub(),
        clock: () => performance.now(),
        environment: describeEnvironment(),
        onEvent: (event) => narrator.tell(event),
      })
    );
  } finally {
    narrator.finish();
  }
}

function describeEnvironment(): Record<string, string> {
  const { version } = openLibrary({ path: findLibrary() });
  const { deno, v8, typescript } = Deno.version;
  const machine = `${Deno.build.os} ${Deno.build.arch}, ${navigator.hardwareConcurrency} cores`;
  return { lathe: config.version, onnxRuntime: version, deno, v8, typescript, machine };
}

function summary({ before, report, folder, steps, trainSeconds }: RunResult): string {
  const parts = [];
  if (before !== null) parts.push(`Before training\n${reportTable(before)}`);
  if (report !== null) parts.push(`After training\n${reportTable(report)}`);
  parts.push(`${folder}: ${steps} steps in ${trainSeconds.toFixed(1)} s\n`);
  return parts.join("\n");
}
