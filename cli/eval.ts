import type { EvaluationCollection } from "../eval/mod.ts";
import type { ResolvedRecipe } from "../recipes/mod.ts";
import { UsageError } from "./_args.ts";
import { benchmark } from "./_benchmarks.ts";
import { defineCommand } from "./_command.ts";
import { parseDeviceChoice } from "./_device_choice.ts";
import { readCollections, recipeOf, suiteOf } from "./_eval_collections.ts";
import { comparisonsOf } from "./_eval_comparisons.ts";
import { type EvalModel, openEvalModel } from "./_eval_model.ts";
import { EVAL_OPTIONS, type EvalWishes, evalWishes } from "./_eval_options.ts";
import { type ScoredSubject, writeEvaluation } from "./_eval_output.ts";
import { scoreSubject } from "./_eval_subject.ts";
import { latestModel } from "./_latest_run.ts";
import { assertWritable } from "./_report_file.ts";

/** `eval [MODEL...]`: scores models on their recipe's evaluation, or on benchmarks, at any number of sizes. */
export const evalCommand = defineCommand({
  name: "eval",
  summary: "Score a model, at any number of sizes, beside BM25; compare models",
  positionals: [
    {
      name: "MODEL",
      required: false,
      repeats: true,
      description:
        "a model folder, also of a transformer; without it, the model trained last; several with --compare",
    },
  ],
  options: EVAL_OPTIONS,
  examples: [
    { command: "deno task eval", does: "The model trained last, on what its recipe evaluates" },
    {
      command: "deno task eval runs/quickstart --truncate 32,64,128,256",
      does: "How much smaller vectors lose",
    },
    {
      command:
        "deno task eval runs/questions --benchmark nanobeir --benchmark data/scifact --report scores.html",
      does: "On NanoBEIR and on a folder in BEIR's layout, as a page with charts",
    },
    {
      command: "deno task eval --compare runs/questions runs/questions-2 --benchmark nanobeir",
      does: "Which differences are more than noise",
    },
  ],
  async run({ options, positionals }) {
    const named = positionals.length > 0 ? positionals : [await latestModel()];
    assertModels(named, options.compare);
    const wishes = evalWishes(options);
    const device = await parseDeviceChoice(options.device, options["device-option"]);
    for (const path of [options.report, options.csv]) await assertWritable(path, options.force);
    const subjects: ScoredSubject[] = [];
    let collections: EvaluationCollection[] | undefined;
    for (const name of named) {
      const model = await openEvalModel(name, device);
      try {
        const task = await taskOf(model.folder, {
          benchmarks: options.benchmark,
          wishes,
          model,
          collections,
        });
        collections = task.collections;
        const subject = await scoreSubject(model, collections, {
          ...wishes,
          name,
          device,
          truncate: task.truncate,
        });
        subjects.push({ ...subject, dim: model.dim });
      } finally {
        model.dispose();
      }
    }
    const comparisons = options.compare ? comparisonsOf(subjects, wishes) : [];
    await writeEvaluation({ subjects, comparisons }, options);
  },
});

/** What one model is scored on, and at which sizes. All models are scored on what the first one is. */
async function taskOf(
  folder: string,
  { benchmarks, wishes: { sizes }, model, collections }: {
    benchmarks: readonly string[];
    wishes: EvalWishes;
    model: EvalModel;
    collections: EvaluationCollection[] | undefined;
  },
): Promise<{ collections: EvaluationCollection[]; truncate: number[] }> {
  // A recipe that nothing is taken from may be damaged, or of another version.
  const isNeeded = sizes === undefined || (benchmarks.length === 0 && collections === undefined);
  const recipe = isNeeded ? await recipeOf(folder) : undefined;
  const truncate = checkedSizes(sizes ?? recipeSizes(recipe, model.dim), model.dim);
  if (collections !== undefined) return { collections, truncate };
  const asked = (await Promise.all(benchmarks.map(benchmark))).flat();
  const specs = asked.length > 0 ? asked : suiteOf(recipe, folder);
  return { collections: await readCollections(specs, { recipe, model }), truncate };
}

function assertModels(names: readonly string[], compare: boolean): void {
  if (names.length > 1 && !compare) {
    throw new UsageError(
      `Cannot score ${names.length} models at once: ${names[1]} is one too many; give --compare`,
    );
  }
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new UsageError(`Cannot compare ${twice}: it is named twice; name two different models`);
  }
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
