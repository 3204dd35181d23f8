import type { ScoreModel } from "../distill/mod.ts";
import { evaluateSuite, type EvaluationCollection, loadEvaluations, type SuiteReport } from "../eval/mod.ts";
import type { Hub } from "../hub/mod.ts";
import { heldOutPairs, prepareDatasets, resolveRecipe } from "../recipes/mod.ts";
import { loadTokenizer } from "../text/mod.ts";
import { benchmark } from "./_benchmarks.ts";
import { cacheFolder } from "./_environment.ts";

/** Options of {@linkcode modelScore}. */
export interface ModelScoreOptions {
  /** Benchmarks as named on the command line; none for the evaluation of the first model's recipe. */
  benchmarks: readonly string[];
  /** Score to take; each collection's main one if left out. */
  metric?: string;
  /** Where data is read from. */
  hub: Hub;
  /** Folder of the first model, in which its recipe lies. */
  folder: string;
}

/**
 * A function that scores models: the mean over all collections of one metric, at full size.
 *
 * @throws {RangeError} if nothing to score on is known
 */
export async function modelScore(options: ModelScoreOptions): Promise<ScoreModel> {
  const collections = await loadCollections(options);
  return async (model) => {
    const report = await evaluateSuite({ name: "mixture", encoder: model.encoder() }, collections);
    return meanScore(report, options.metric);
  };
}

async function loadCollections(
  { benchmarks, hub, folder }: ModelScoreOptions,
): Promise<EvaluationCollection[]> {
  if (benchmarks.length > 0) {
    return await loadEvaluations((await Promise.all(benchmarks.map(benchmark))).flat(), { hub });
  }
  const path = `${folder}/recipe.json`;
  const text = await Deno.readTextFile(path).catch(() => undefined);
  const recipe = text === undefined ? undefined : resolveRecipe(JSON.parse(text), path);
  if (recipe === undefined || recipe.evaluation.length === 0) {
    const reason = recipe === undefined ? "it has no recipe.json" : "its recipe names no evaluation";
    throw new RangeError(`Cannot score mixtures of ${folder}: ${reason}; give --benchmark NAME`);
  }
  const file = `${folder}/tokenizer.json`;
  const tokenizer = await loadTokenizer(await Deno.readFile(file), file);
  try {
    const prepared = await prepareDatasets(recipe, {
      tokenizer,
      hub,
      cacheFolder: cacheFolder(),
      heldOutOnly: true,
    });
    return await loadEvaluations(recipe.evaluation, { hub, heldOut: heldOutPairs(prepared) });
  } finally {
    tokenizer.dispose();
  }
}

function meanScore({ collections }: Pick<SuiteReport, "collections">, metric: string | undefined): number {
  const scores = collections.map(({ name, mainMetric, sizes }) => {
    const { metrics } = sizes.at(-1)!;
    const score = metrics[metric ?? mainMetric];
    if (typeof score === "number") return score;
    throw new RangeError(
      `Cannot score mixtures by ${metric ?? mainMetric}: ${name} has no such score; choose from ${
        Object.keys(metrics).join(", ")
      }`,
    );
  });
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
