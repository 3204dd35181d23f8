import { removeStaleStores } from "../data/mod.ts";
import { collectionTexts, type EvaluationCollection, loadEvaluations } from "../eval/mod.ts";
import type { Hub } from "../hub/mod.ts";
import { loadRecipe, type ResolvedRecipe } from "../recipes/mod.ts";
import { type EpochEstimate, estimateEpoch, recipeTokenizer, surveyData } from "../recipes/run.ts";
import { UsageError } from "./_args.ts";
import { benchmark } from "./_benchmarks.ts";
import { defineCommand } from "./_command.ts";
import { type DataReport, dataText } from "./_data_text.ts";
import { cacheFolder, openHub } from "./_environment.ts";
import { hubHooks } from "./_hub_progress.ts";
import { Narrator } from "./_narrator.ts";
import { print } from "./_output.ts";
import { RECIPE_SETTING } from "./_recipe_setting.ts";
import { untilInterrupted } from "./_signals.ts";

/** Rows of every data set that `--check` looks at, and how many of them it holds out at most. */
const CHECKED_ROWS = 1000;
const CHECKED_HELD_OUT = 100;

const INTERRUPTED = "Stopped: the command was interrupted; start it again, what was prepared is kept";

/** `data RECIPE`: downloads, prepares and describes the data of a recipe. */
export const dataCommand = defineCommand({
  name: "data",
  summary: "Prepare the data of a recipe, and say what is in it",
  positionals: [
    { name: "RECIPE", required: false, description: "a .ts, .js or .json file, or a shipped recipe's name" },
  ],
  options: {
    check: { type: "boolean", description: "Look at the first thousand rows of every data set only" },
    overlap: {
      type: "string",
      multiple: true,
      placeholder: "BENCHMARK",
      description:
        "Count the texts of this evaluation set that occur in the training data; as for eval --benchmark",
    },
    set: RECIPE_SETTING,
    clean: { type: "boolean", description: "Remove prepared data that can never be used again, and end" },
    json: { type: "boolean", description: "Print everything as JSON" },
  },
  examples: [
    {
      command: "deno task data recipes/retrieval-en.ts --check",
      does: "Whether all 13 data sets can be read, in a minute",
    },
    {
      command: "deno task data recipes/retrieval-en.ts",
      does: "Downloads and prepares them, and says what is in them",
    },
    {
      command: "deno task data my-recipe.ts --overlap nanobeir",
      does: "Which questions and documents of NanoBEIR one would train on",
    },
    {
      command: "deno task data --clean",
      does: "Frees the room of prepared data whose files have changed or gone",
    },
  ],
  async run({ options, positionals: [named] }) {
    if (options.clean) return await clean(options.json);
    if (named === undefined) {
      throw new UsageError("Cannot run data: RECIPE is missing; name a recipe, or ask for --clean");
    }
    const recipe = await loadRecipe(named, options.set);
    const report = await describe(options.check ? firstRowsOf(recipe) : recipe, {
      check: options.check,
      overlap: options.overlap,
      quiet: options.json,
    });
    print(options.json ? JSON.stringify(report, plain, 2) + "\n" : dataText(report));
    if (report.untrainable !== null) throw new RangeError(report.untrainable);
  },
});

interface DescribeOptions {
  check: boolean;
  overlap: readonly string[];
  quiet: boolean;
}

async function describe(
  recipe: ResolvedRecipe,
  { check, overlap, quiet }: DescribeOptions,
): Promise<DataReport> {
  const narrator = new Narrator(quiet);
  try {
    return await untilInterrupted(async (signal) => {
      const hub = openHub({ ...hubHooks(), signal });
      const collections = await evaluationSets(overlap, hub);
      const places = { hub, cacheFolder: cacheFolder(), signal };
      const tokenizer = await recipeTokenizer(recipe, {
        hub,
        onRows: (dataset, rows) =>
          narrator.tell({ kind: "rows", dataset: `${dataset} for the vocabulary`, rows, total: undefined }),
      });
      try {
        const { survey } = await surveyData(recipe, {
          ...places,
          tokenizer,
          collections,
          onProgress: ({ name, rows, total }) => narrator.tell({ kind: "rows", dataset: name, rows, total }),
          onWait: (dataset) => narrator.tell({ kind: "wait", dataset }),
        });
        narrator.finish();
        const timed = check
          ? { epoch: null, untrainable: null }
          : await timeEpoch(() =>
            estimateEpoch(recipe, { ...places, tokenizer, clock: () => performance.now() })
          );
        return { recipe: recipe.name, check, ...survey, ...timed };
      } finally {
        tokenizer.dispose();
      }
    }, INTERRUPTED);
  } finally {
    narrator.finish();
  }
}

/** A recipe that does not fit its data is part of what is told; anything else that fails is not. */
async function timeEpoch(
  estimate: () => Promise<EpochEstimate>,
): Promise<Pick<DataReport, "epoch" | "untrainable">> {
  try {
    return { epoch: await estimate(), untrainable: null };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { epoch: null, untrainable: error.message };
  }
}

async function evaluationSets(names: readonly string[], hub: Hub): Promise<EvaluationCollection[]> {
  const specs = await Promise.all(names.map(benchmark));
  const collections = await loadEvaluations(specs.flat(), { hub });
  return collections.filter((collection) => collectionTexts(collection).length > 0);
}

/** The recipe with at most a thousand rows of every data set. */
function firstRowsOf(recipe: ResolvedRecipe): ResolvedRecipe {
  const datasets = Object.entries(recipe.datasets).map(([name, dataset]) => {
    const { take, heldOut } = dataset;
    return [name, {
      ...dataset,
      take: Math.min(take ?? Infinity, CHECKED_ROWS),
      heldOut: typeof heldOut === "number" ? Math.min(heldOut, CHECKED_HELD_OUT) : heldOut,
    }];
  });
  return { ...recipe, datasets: Object.fromEntries(datasets) };
}

async function clean(json: boolean): Promise<void> {
  const removed = await removeStaleStores(cacheFolder());
  if (json) return print(JSON.stringify({ removed }, null, 2) + "\n");
  for (const { folder, stale, bytes } of removed) {
    print(`removed ${folder} (${(bytes / 1e6).toPrecision(3)} MB): ${stale}\n`);
  }
  if (removed.length === 0) print("nothing to remove\n");
}

/** Parquet's integers are bigints, which JSON does not have. */
function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
