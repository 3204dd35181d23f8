import { evaluateSuite, type EvaluationCollection, type SuiteReport } from "../eval/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import { lossSizes } from "../train/mod.ts";
import { trainedModel } from "./_trained_model.ts";
import type { ResolvedRecipe } from "./recipe.ts";

/** What a table is scored with. */
export interface ScoringTask {
  /** The recipe. */
  recipe: ResolvedRecipe;
  /** Its tokenizer. */
  tokenizer: Tokenizer;
  /** What it is scored on. */
  collections: readonly EvaluationCollection[];
  /** Whether BM25 is scored, too. */
  withBaseline: boolean;
  /** Milliseconds from any fixed moment. */
  clock: () => number;
  /** Called as texts are encoded. */
  onProgress: (progress: { collection: string; texts: number; totalTexts: number }) => void;
}

/** Scores a table, float32 [vocab, dim], at all sizes of the recipe's loss; null where there is nothing to score on. */
export async function scoreTable(
  table: Float32Array<ArrayBufferLike>,
  task: ScoringTask,
): Promise<SuiteReport | null> {
  const { recipe, tokenizer, collections, clock, onProgress } = task;
  if (collections.length === 0) return null;
  const { dim } = recipe.model;
  const model = trainedModel(table, { recipe, tokenizer });
  return await evaluateSuite({ name: recipe.name, encoder: model.encoder() }, collections, {
    truncate: lossSizes(recipe.loss, dim),
    baselines: task.withBaseline ? ["bm25"] : [],
    clock,
    onProgress,
  });
}

/**
 * Main score of every collection and mean at a size, by name and metric: `NanoSciFact_cosine_ndcg@10`,
 * `NanoBEIR_mean_cosine_ndcg@10`.
 */
export function scoresAt(report: SuiteReport, size: number): Record<string, number | null> {
  const means = report.means.map((mean) => ({ ...mean, name: `${mean.benchmark}_mean` }));
  return Object.fromEntries([...report.collections, ...means].map(({ name, mainMetric, sizes }) => {
    const metrics = sizes.find((entry) => entry.size === size)?.metrics;
    return [`${name}_${mainMetric}`, metrics?.[mainMetric] ?? null];
  }));
}
