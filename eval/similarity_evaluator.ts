import type { Matrix } from "../model/mod.ts";
import { checkRows } from "./_check_rows.ts";
import { pairSimilarities, similaritiesAt } from "./_pair_similarities.ts";
import { checkedSizes } from "./_sizes.ts";
import type { EvaluatedSize, Evaluation, EvaluatorOptions } from "./evaluation.ts";
import { PAIR_MEASURES } from "./item_scores.ts";
import { isConstant } from "./metrics/mod.ts";
import { similarityMetrics } from "./pair_metrics.ts";

/** Pairs of vectors and how alike people found them. */
export interface SimilarityVectors {
  /** float32 [pairs, dim]. */
  a: Matrix;
  /** float32 [pairs, dim]. */
  b: Matrix;
  /** One judgment a pair; only their order and spacing matter. */
  scores: ArrayLike<number>;
}

/**
 * Correlates the similarities of pairs with judgments, as Sentence Transformers' EmbeddingSimilarityEvaluator does:
 * Pearson and Spearman of cosine, dot product, negative Euclidean and Manhattan distance, and the largest of each; at
 * any number of truncations in one pass over the vectors.
 *
 * @param vectors {@link SimilarityVectors}
 * @param options {@link EvaluatorOptions}
 * @returns `pearson_cosine`, `spearman_cosine`, ... `_dot`, `_euclidean`, `_manhattan`, `_max`; null where undefined
 * @throws RangeError when a vector or judgment is not finite (its row is named) or a size is larger than the vectors;
 * TypeError when the three differ in number or the vectors in size
 */
export function evaluateSimilarity(vectors: SimilarityVectors, options: EvaluatorOptions = {}): Evaluation {
  const { a, b, scores } = vectors;
  checkRows("score similarity", { a, b }, { judgments: scores.length });
  checkJudgments(scores);
  const sizes = checkedSizes(options.truncate, a.columns);
  const similarities = pairSimilarities(vectors, sizes, ["first text", "second text"]);
  const notes: string[] = [];
  if (isConstant(scores)) notes.push("all judgments are the same: correlations are undefined");
  const scored = sizes.map((size, s): EvaluatedSize => {
    const own = similaritiesAt(similarities, s, a.rows);
    for (const measure of PAIR_MEASURES) {
      if (isConstant(own[measure])) {
        notes.push(`all ${measure} similarities at ${size} are the same: undefined`);
      }
    }
    return {
      size,
      metrics: similarityMetrics(own, scores),
      items: { kind: "similarity", similarities: own },
    };
  });
  return { sizes: scored, notes };
}

function checkJudgments(scores: ArrayLike<number>): void {
  for (let pair = 0; pair < scores.length; pair++) {
    if (Number.isFinite(scores[pair])) continue;
    throw new RangeError(
      `Cannot score similarity: judgment ${pair} is ${scores[pair]}; give finite numbers`,
    );
  }
}
