import { teach, Teacher, type TeachReport } from "../distill/mod.ts";
import type { Hub } from "../hub/mod.ts";
import { loadRecipe, recipeTexts, type RecipeTextsOptions, type ResolvedRecipe } from "../recipes/mod.ts";
import { Runtime } from "../runtime/mod.ts";
import { defineCommand } from "./_command.ts";
import { parseDeviceChoice } from "./_device_choice.ts";
import { openHub } from "./_environment.ts";
import { fileFault } from "./_file_fault.ts";
import { tryLockFile } from "./_file_lock.ts";
import { hubHooks } from "./_hub_progress.ts";
import { print } from "./_output.ts";
import { formatSeconds, Progress } from "./_progress.ts";
import { projectionOf } from "./_teach_projection.ts";
import { untilInterrupted } from "./_signals.ts";
import {
  readTeachSettings,
  TEACH_OPTIONS,
  type TeachArguments,
  type TeachSettings,
} from "./_teach_settings.ts";

const INTERRUPTED =
  "Stopped: the command was interrupted; start it again, the shards that are whole are kept";

/** Locked while a process writes to the folder. */
const LOCK_FILE = ".lock";

/** `teach RECIPE`: a teacher's vectors of a recipe's texts, to be trained on. */
export const teachCommand = defineCommand({
  name: "teach",
  summary: "Write a transformer's vectors of a recipe's texts, to train on",
  positionals: [
    { name: "RECIPE", required: true, description: "a .ts, .js or .json file, or a shipped recipe's name" },
  ],
  options: TEACH_OPTIONS,
  examples: [
    {
      command:
        "deno task teach retrieval-en --teacher hf://models/BAAI/bge-m3 --to vectors/bge-m3 --take 10000000",
      does: "Ten million texts of the English retrieval data; called again, it goes on where it was ended",
    },
    {
      command: "deno task teach my-recipe.ts --teacher teachers/gte --to vectors/gte-256 --pca 256",
      does: "Vectors for a model of 256 dimensions",
    },
    {
      command:
        "deno task teach my-test.ts --teacher teachers/gte --to vectors/gte-test --projection vectors/gte-256",
      does: "Held-out texts, projected alike",
    },
  ],
  async run({ options, positionals: [named] }) {
    const settings = readTeachSettings(options);
    const start = performance.now();
    const report = await untilInterrupted(async (signal) => {
      const hub = openHub({ ...hubHooks(), signal });
      const recipe = await loadRecipe(named, options.set);
      return await teachRecipe(recipe, { options, settings, hub, signal });
    }, INTERRUPTED);
    const seconds = (performance.now() - start) / 1000;
    const { folder } = settings;
    print(
      options.json ? JSON.stringify({ folder, ...report }, null, 2) + "\n" : summary(folder, report, seconds),
    );
  },
});

/** Two processes at one shard would write over each other. */
function lockFolder(folder: string): Disposable {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new RangeError(`Cannot write vectors to ${folder}: ${reason}`, { cause });
  };
  try {
    const lock = tryLockFile(`${folder}/${LOCK_FILE}`);
    return lock ?? refuse("another process is at it; wait for it, or name another --to");
  } catch (error) {
    throw error instanceof RangeError ? error : refuse(`${fileFault(error)}`, error);
  }
}

interface Work {
  options: TeachArguments;
  settings: TeachSettings;
  hub: Hub;
  signal: AbortSignal;
}

async function teachRecipe(recipe: ResolvedRecipe, work: Work): Promise<TeachReport> {
  const { options, settings, hub, signal } = work;
  const { teacher: spec, maxLength, batchTokens, folder, asked, take, shardTexts } = settings;
  const columns = options.column.length > 0 ? options.column : undefined;
  using runtime = Runtime.open(await parseDeviceChoice(options.device, options["device-option"]));
  const { onnx: onnxFile, output } = options;
  const teacher = await Teacher.load(spec, { hub, runtime, onnxFile, output, maxLength, batchTokens });
  const progress = new Progress({ unit: "texts" });
  try {
    using _lock = lockFolder(folder);
    const textsOf = (more: RecipeTextsOptions = {}) => recipeTexts(recipe, { hub, columns, ...more });
    const projection = await projectionOf(teacher, textsOf, { settings, signal });
    return await teach(teacher, textsOf({ take }), {
      ...asked,
      folder,
      take,
      shardTexts,
      projection,
      signal,
      source: { recipe: recipe.name, datasets: recipe.datasets, columns: columns ?? null },
      onProgress: ({ texts, kept, total }) =>
        progress.update(texts, {
          total: total === undefined ? undefined : total - kept,
          note: kept === 0 ? "" : `${kept.toLocaleString("en-US")} were there`,
        }),
    });
  } finally {
    progress.finish();
    teacher.dispose();
  }
}

function summary(folder: string, { header, texts, kept, shards }: TeachReport, seconds: number): string {
  const count = (value: number): string => value.toLocaleString("en-US");
  const made = texts - kept;
  const pace = made === 0 ? "" : `, ${count(Math.round(made / Math.max(seconds, 1e-3)))} texts a second`;
  const before = kept === 0 ? "" : `, ${count(kept)} of which were there`;
  return `${folder}: ${count(texts)} texts${before}, ${header.dimension} dimensions, ${count(shards)} ${
    shards === 1 ? "shard" : "shards"
  }\n` +
    `in ${formatSeconds(seconds)}${pace}\n`;
}
