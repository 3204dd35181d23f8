/**
 * Losses as small forward functions over graph values; reverse mode writes their backward pass.
 *
 * @module
 */
export * from "./angle.ts";
export * from "./batch_all_triplet.ts";
export * from "./batch_hard_triplet.ts";
export * from "./batch_semi_hard_triplet.ts";
export * from "./cached_gist.ts";
export * from "./cached_multiple_negatives_ranking.ts";
export * from "./contrastive.ts";
export * from "./cosent.ts";
export * from "./cosine_similarity.ts";
export * from "./distill_kl_div.ts";
export * from "./embed_distill.ts";
export * from "./embedding.ts";
export * from "./gist.ts";
export * from "./global_orthogonal_regularization.ts";
export * from "./labels.ts";
export * from "./loss.ts";
export * from "./margin_mse.ts";
export * from "./matryoshka.ts";
export * from "./mega_batch_margin.ts";
export * from "./mse.ts";
export * from "./multiple_negatives_ranking.ts";
export * from "./multiple_negatives_symmetric_ranking.ts";
export * from "./online_contrastive.ts";
export * from "./registry.ts";
export * from "./size_weights.ts";
export * from "./sum.ts";
export * from "./teacher_contrast.ts";
export * from "./triplet.ts";
