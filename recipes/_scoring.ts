import { evaluateSuite, type EvaluationCollection, namedScores, type SuiteReport } from "../eval/mod.ts";
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
  /** Whether the report holds what the scores are made of. @default false */
  perItem?: boolean;
  /** Threads that compare vectors. @default as many as the machine has cores */
  threads?: number;
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
  const { recipe, tokenizer, collections, perItem, threads, clock, onProgress } = task;
  if (collections.length === 0) return null;
  const { dim } = recipe.model;
  const model = trainedModel(table, { recipe, tokenizer });
  return await evaluateSuite({ name: recipe.name, encoder: model.encoder() }, collections, {
    truncate: lossSizes(recipe.loss, dim),
    baselines: task.withBaseline ? ["bm25"] : [],
    perItem,
    threads,
    clock,
    onProgress,
  });
}

/**
 * Main score of every collection and mean at a size, by name and metric: `NanoSciFact_cosine_ndcg@10`,
 * `NanoBEIR_mean_cosine_ndcg@10`.
 */
export function scoresAt(report: SuiteReport, size: number): Record<string, number | null> {
  return Object.fromEntries(
    namedScores(report).map(({ name, metric, sizes }) => {
      const metrics = sizes.find((entry) => entry.size === size)?.metrics;
      return [name, metrics?.[metric] ?? null];
    }),
  );
}
