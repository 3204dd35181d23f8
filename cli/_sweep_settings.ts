import { SweepFolder, type SweepSettings } from "../recipes/mod.ts";
import { UsageError } from "./_args.ts";
import type { Options, OptionValues } from "./_command.ts";
import { type DeviceChoice, deviceChoice } from "./_device_choice.ts";
import { wholeNumber } from "./_whole_number.ts";

/** What `sweep` takes. */
export const SWEEP_OPTIONS = {
  grid: {
    type: "string",
    multiple: true,
    placeholder: "PATH=VALUE,VALUE",
    description: "Vary a field of the recipe; values are JSON or plain text",
  },
  set: {
    type: "string",
    multiple: true,
    placeholder: "PATH=VALUE",
    description: "Set a field of the recipe in all runs",
  },
  random: { type: "string", placeholder: "N", description: "Draw N of the combinations" },
  seed: { type: "string", placeholder: "N", description: "Seed of that draw", default: "0" },
  metric: {
    type: "string",
    placeholder: "NAME",
    description: "Score to rank by, as in metrics.jsonl; the mean of the main scores if not given",
  },
  size: {
    type: "string",
    placeholder: "N",
    description: "Size that the score is taken at; each run's largest if not given",
  },
  halving: { type: "boolean", description: "Leave the worse runs behind as training goes on" },
  eta: { type: "string", placeholder: "N", description: "With --halving, one of N goes on; 2 if not given" },
  rungs: {
    type: "string",
    placeholder: "N",
    description: "With --halving, compare at most N times before the end",
  },
  parallel: { type: "string", placeholder: "N", description: "Runs at once", default: "1" },
  ...deviceChoice("Where to train; auto is the cpu, cuda:1 the second of several"),
  to: { type: "string", placeholder: "DIR", description: "Folder of the sweep; sweeps/NAME if not given" },
  retry: { type: "boolean", description: "Try runs again that failed" },
  json: { type: "boolean", description: "Print the leaderboard as JSON instead of a table" },
} as const satisfies Options;

/** The options of `sweep`, as parsed. */
export type SweepArguments = OptionValues<typeof SWEEP_OPTIONS>;

/** Options that a sweep that goes on takes from its folder. */
const STORED = ["grid", "set", "random", "metric", "size", "halving", "eta", "rungs"] as const;

/** Rungs if nothing else is asked for: more than any sweep has. */
const ALL_RUNGS = 64;

/**
 * What a sweep is asked for: by the command line where a recipe is named, else by the folder that it goes on in.
 *
 * @throws {UsageError} If options contradict each other, or are no numbers.
 * @throws {RangeError} If there is no sweep in the folder.
 */
export async function sweepSettings(
  recipe: string | undefined,
  options: SweepArguments,
): Promise<SweepSettings> {
  if (recipe === undefined) return await storedSettings(options);
  const { grid, set, halving, metric } = options;
  if (grid.length === 0) refuse("there is nothing to vary", "give --grid training.learningRate=0.1,0.2");
  if (!halving && (options.eta ?? options.rungs) !== undefined) {
    refuse("--eta and --rungs say how to halve", "give --halving, too");
  }
  const numbers = { random: numberOf(options, "random", 1), size: numberOf(options, "size", 1) };
  const rungs = numberOf(options, "rungs", 1) ?? ALL_RUNGS;
  return {
    recipe,
    grid,
    set,
    ...numbers,
    seed: numberOf(options, "seed", 0)!,
    metric: metric ?? null,
    halving: halving ? { eta: numberOf(options, "eta", 2) ?? 2, rungs } : null,
  };
}

/**
 * How many runs go on at once.
 *
 * @throws {UsageError} If it is no number, or more than the cores that they would share.
 */
export function parallelRuns(options: SweepArguments, { device }: DeviceChoice): number {
  const parallel = numberOf(options, "parallel", 1)!;
  const cores = navigator.hardwareConcurrency;
  if (parallel > cores && device === "cpu") {
    throw new UsageError(
      `Cannot sweep with ${parallel} runs at once: they share ${cores} cores; give --parallel ${cores} or less`,
    );
  }
  return parallel;
}

async function storedSettings(options: SweepArguments): Promise<SweepSettings> {
  const given = STORED.find((name) => `${options[name] || ""}` !== "");
  if (given !== undefined || options.to === undefined) {
    refuse(
      "RECIPE is missing",
      given === undefined ? "name one, or a sweep to go on with by --to" : `--${given} belongs to one`,
    );
  }
  const settings = await new SweepFolder(options.to!).readSettings();
  if (settings !== undefined) return settings;
  throw new RangeError(`Cannot go on with the sweep in ${options.to}: there is none; name the RECIPE`);
}

function numberOf(
  options: SweepArguments,
  option: "random" | "seed" | "size" | "eta" | "rungs" | "parallel",
  least: number,
): number | null {
  const text = options[option];
  if (text === undefined) return null;
  return wholeNumber(text, option, { least, example: 2 });
}

function refuse(reason: string, cure: string): never {
  throw new UsageError(`Cannot run sweep: ${reason}; ${cure}`);
}
