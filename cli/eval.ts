import { resolveModelPath } from "../hub/mod.ts";
import {
  evaluateSuite,
  type EvaluationSpec,
  loadEvaluations,
  reportTable,
  type SuiteReport,
} from "../eval/mod.ts";
import { StaticModel } from "../model/mod.ts";
import { heldOutPairs, prepareDatasets, type ResolvedRecipe, resolveRecipe } from "../recipes/mod.ts";
import { parseSizes } from "./_args.ts";
import { benchmark } from "./_benchmarks.ts";
import { defineCommand } from "./_command.ts";
import { openHub } from "./_environment.ts";
import { latestModel } from "./_latest_run.ts";
import { print } from "./_output.ts";
import { formatSeconds, Progress } from "./_progress.ts";

/** `eval [MODEL]`: scores a model on its recipe's evaluation, or on benchmarks, at any number of sizes. */
export const evalCommand = defineCommand({
  name: "eval",
  summary: "Score a model, at any number of sizes, beside BM25",
  positionals: [
    { name: "MODEL", required: false, description: "a model folder; without it, the one trained last" },
  ],
  options: {
    benchmark: {
      type: "string",
      short: "b",
      multiple: true,
      placeholder: "NAME|DIR",
      description:
        "Score this instead: nanobeir, a data set like it (hf://datasets/OWNER/NAME), or a BEIR folder",
    },
    truncate: {
      type: "string",
      placeholder: "N,N,...",
      description: "Sizes to score; the recipe's Matryoshka sizes if not given",
    },
    json: { type: "boolean", description: "Print the whole report as JSON instead of a table" },
  },
  examples: [
    { command: "deno task eval", does: "The model trained last, on what its recipe evaluates" },
    {
      command: "deno task eval runs/quickstart --truncate 32,64,128,256",
      does: "How much smaller vectors lose",
    },
    {
      command:
        "deno task eval runs/questions --benchmark nanobeir --benchmark data/scifact --json > scores.json",
      does: "On NanoBEIR and on a folder in BEIR's layout",
    },
  ],
  async run({ options, positionals: [named] }) {
    const folder = named === undefined
      ? await latestModel()
      : await resolveModelPath(named, { hub: openHub() });
    const sizes = options.truncate === undefined ? undefined : parseSizes(options.truncate, "truncate");
    const asked = await Promise.all(options.benchmark.map(benchmark));
    const model = await StaticModel.load(folder);
    try {
      // A recipe that nothing is taken from may be damaged, or of another version.
      const recipe = asked.length > 0 && sizes !== undefined ? undefined : await recipeOf(folder);
      const truncate = checkedSizes(sizes ?? recipeSizes(recipe, model.dim), model.dim);
      const specs = asked.length > 0 ? asked : suiteOf(recipe, folder);
      const report = await score(model, specs, { name: named ?? folder, recipe, truncate });
      const title = `${folder}, ${model.dim} dimensions\n\n`;
      print(
        options.json ? JSON.stringify(report, null, 2) + "\n" : title + reportTable(report) + paceOf(report),
      );
    } finally {
      model.dispose();
    }
  },
});

interface ScoreOptions {
  name: string;
  recipe: ResolvedRecipe | undefined;
  truncate: number[];
}

async function score(
  model: StaticModel,
  specs: readonly EvaluationSpec[],
  { name, recipe, truncate }: ScoreOptions,
): Promise<SuiteReport> {
  const needsRows = recipe !== undefined && specs.some(({ kind }) => kind === "heldOutRetrieval");
  const heldOut = needsRows ? heldOutPairs(await readHeldOut(recipe, model)) : [];
  const collections = await loadEvaluations(specs, { hub: openHub(), heldOut });
  const progress = new Progress({ unit: "texts" });
  try {
    return await evaluateSuite({ name, encoder: model.encoder() }, collections, {
      truncate,
      baselines: ["bm25"],
      clock: () => performance.now(),
      onProgress: ({ collection, texts, totalTexts }) =>
        progress.update(texts, { total: totalTexts, note: collection }),
    });
  } finally {
    progress.finish();
  }
}

async function readHeldOut(recipe: ResolvedRecipe, model: StaticModel): ReturnType<typeof prepareDatasets> {
  const progress = new Progress({ unit: "rows" });
  const { tokenizer } = model;
  const onProgress = (done: { name: string; rows: number; total: number | undefined }): void => {
    progress.update(done.rows, { total: done.total, note: done.name });
  };
  try {
    return await prepareDatasets(recipe, {
      tokenizer,
      hub: openHub(),
      heldOutOnly: true,
      onProgress,
    });
  } finally {
    progress.finish();
  }
}

/** How a model is scored without its recipe, for messages. */
const WITHOUT_RECIPE = "give --benchmark and --truncate";

/** The recipe that lies beside a model that Lathe trained; other models have none. */
async function recipeOf(folder: string): Promise<ResolvedRecipe | undefined> {
  const path = `${folder}/recipe.json`;
  const text = await Deno.readTextFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new RangeError(`Cannot read recipe ${path}: ${error.message}; restore it, or ${WITHOUT_RECIPE}`, {
      cause: error,
    });
  });
  if (text === undefined) return undefined;
  try {
    return resolveRecipe(JSON.parse(text), path);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(`Cannot read recipe ${path}: it is not JSON; restore it, or ${WITHOUT_RECIPE}`, {
      cause: error,
    });
  }
}

function suiteOf(recipe: ResolvedRecipe | undefined, folder: string): readonly EvaluationSpec[] {
  if (recipe !== undefined && recipe.evaluation.length > 0) return recipe.evaluation;
  const reason = recipe === undefined ? "it has no recipe.json" : "its recipe names no evaluation";
  throw new RangeError(`Cannot score ${folder}: ${reason}; give --benchmark nanobeir, or a BEIR folder`);
}

/** The sizes that the model was trained for: scoring them costs nothing more than scoring the largest. */
function recipeSizes(recipe: ResolvedRecipe | undefined, dim: number): number[] {
  const sizes = recipe?.loss.kind === "matryoshka" ? [...recipe.loss.dims] : [];
  return sizes.length > 0 ? sizes : [dim];
}

function checkedSizes(sizes: number[], dim: number): number[] {
  const tooLarge = sizes.find((size) => size > dim);
  if (tooLarge === undefined) return sizes;
  throw new RangeError(
    `Cannot score ${tooLarge} dimensions: the model has ${dim}; truncate to ${dim} or less`,
  );
}

function paceOf({ texts, seconds, textsPerSecond }: SuiteReport): string {
  if (seconds === null || textsPerSecond === null) return "";
  const count = (value: number): string => Math.round(value).toLocaleString("en-US");
  return `\n${count(texts)} texts in ${formatSeconds(seconds)}, encoded at ${
    count(textsPerSecond)
  } a second\n`;
}
