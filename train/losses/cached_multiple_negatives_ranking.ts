import type { RankingOptions } from "./multiple_negatives_ranking.ts";

/**
 * CachedMultipleNegativesRanking: MultipleNegativesRanking for batches whose matrix of similarities would not fit into
 * memory, computed some anchors at a time. Loss and gradients are the same numbers for every size of chunk.
 *
 * Formula: that of MultipleNegativesRanking. A transformer needs a second forward pass for this (GradCache); the mean
 * of a bag of token vectors does not, because its embeddings of the whole batch are there before the loss starts.
 *
 * Columns: (anchor, positive), (anchor, positive, negative) or (anchor, positive, negative_1 .. negative_n).
 *
 * Reference: Gao et al. 2021, "Scaling Deep Contrastive Learning Batch Size under Memory Limited Setup".
 * `CachedMultipleNegativesRankingLoss` of Sentence Transformers, which refuses it for static embeddings.
 */
export interface CachedMultipleNegativesRankingSpec extends RankingOptions {
  /** Which loss. */
  kind: "cachedMultipleNegativesRanking";
  /** Anchors whose similarities are in memory at a time, 1 or more. */
  chunkSize: number;
}
