import type { RankingDirection } from "../train/mod.ts";

/** MultipleNegativesRanking as a record: every other positive of the batch is a negative. */
export interface MultipleNegativesRankingRecipe {
  /** Which loss this is. */
  kind: "multipleNegativesRanking";
  /**
   * Factor on the cosine similarities (an inverse temperature), above 0.
   * @default 20
   */
  scale?: number;
  /**
   * Which similarities compete with the positive's: anchors (queries) or positives (docs) against either.
   * @default ["queryToDoc"]
   */
  directions?: RankingDirection[];
  /**
   * One softmax over all directions, or the mean of one for each.
   * @default "joint"
   */
  partitionMode?: "joint" | "perDirection";
}

/** Any loss that Matryoshka can wrap. */
export type BaseLossRecipe = MultipleNegativesRankingRecipe;

/** Matryoshka as a record: the inner loss summed over several truncations of the vectors. */
export interface MatryoshkaRecipe {
  /** Which loss this is. */
  kind: "matryoshka";
  /** The loss that every size computes. */
  loss: BaseLossRecipe;
  /** Sizes in dimensions, each once; the largest is `model.dim`. Resolved in ascending order. */
  dims: number[];
  /**
   * Weight of each size, in the order of `dims`, 0 or more; null weighs every size 1.
   * @default null
   */
  weights?: number[] | null;
}

/** Any loss a recipe may name. */
export type LossRecipe = BaseLossRecipe | MatryoshkaRecipe;

/**
 * MultipleNegativesRanking for a recipe.
 *
 * @param options Its scale, directions and partition mode.
 * @returns A plain record.
 */
export function multipleNegativesRanking(
  options: Omit<MultipleNegativesRankingRecipe, "kind"> = {},
): MultipleNegativesRankingRecipe {
  return { kind: "multipleNegativesRanking", ...options };
}

/**
 * Matryoshka around another loss for a recipe.
 *
 * @param loss The loss that every size computes.
 * @param options The sizes and, if they differ, their weights.
 * @returns A plain record.
 */
export function matryoshka(
  loss: BaseLossRecipe,
  options: Omit<MatryoshkaRecipe, "kind" | "loss">,
): MatryoshkaRecipe {
  return { kind: "matryoshka", loss, ...options };
}
