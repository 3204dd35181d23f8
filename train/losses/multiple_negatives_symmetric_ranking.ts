import type { Value } from "../../graph/mod.ts";
import type { LossInputs } from "./loss.ts";
import { multipleNegativesRankingLoss } from "./multiple_negatives_ranking.ts";

/**
 * MultipleNegativesSymmetricRanking: each anchor must find its positive and each positive its anchor, as in CLIP. For
 * pairs whose two sides are alike, such as paraphrases or translations.
 *
 * Formula: L = the mean of MultipleNegativesRanking's `queryToDoc` and `docToQuery`, each with a softmax of its own.
 *
 * Columns: (anchor, positive), (anchor, positive, negative) or (anchor, positive, negative_1 .. negative_n); negatives
 * compete for the anchors only.
 *
 * Reference: Henderson et al. 2017, "Efficient Natural Language Response Suggestion for Smart Reply", section 4.4;
 * Radford et al. 2021, "Learning Transferable Visual Models From Natural Language Supervision", figure 3.
 * `MultipleNegativesSymmetricRankingLoss` of Sentence Transformers.
 */
export interface MultipleNegativesSymmetricRankingSpec {
  /** Which loss. */
  kind: "multipleNegativesSymmetricRanking";
  /** Factor of the cosines, the inverse of a temperature; above 0. */
  scale: number;
}

/** Appends {@link MultipleNegativesSymmetricRankingSpec}'s formula. */
export function multipleNegativesSymmetricRankingLoss(
  { scale }: MultipleNegativesSymmetricRankingSpec,
  inputs: LossInputs,
): Value {
  const directions = ["queryToDoc", "docToQuery"] as const;
  return multipleNegativesRankingLoss({ scale, directions, partitionMode: "perDirection" }, inputs);
}
