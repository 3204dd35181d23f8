/**
 * Losses as small forward functions over graph values; reverse mode writes their backward pass.
 *
 * @module
 */
export * from "./embedding.ts";
export * from "./loss.ts";
export * from "./matryoshka.ts";
export * from "./multiple_negatives_ranking.ts";
export * from "./registry.ts";
