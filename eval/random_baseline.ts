import { fillNormal, Random } from "../data/mod.ts";
import { type Encoder, StaticModel, type Tokenizer } from "../model/mod.ts";

/** Options of {@link randomBaseline}. */
export interface RandomBaselineOptions {
  /** Columns of the table. */
  dim: number;
  /**
   * Seed of the table.
   * @default 0
   */
  seed?: number;
}

/**
 * A model that has learnt nothing: a table of normally distributed numbers under a tokenizer. Texts are alike as far as
 * they share tokens, so that what a trained model scores above it is what it has learnt of meaning.
 *
 * @param tokenizer of the model it is compared with; still owned by that
 * @param options {@link RandomBaselineOptions}
 * @returns a subject for {@link evaluateSuite}
 */
export function randomBaseline(
  tokenizer: Tokenizer,
  { dim, seed = 0 }: RandomBaselineOptions,
): { name: string; encoder: Encoder } {
  const table = new Float32Array(tokenizer.vocabSize * dim);
  fillNormal(table, new Random(seed));
  return { name: "random", encoder: StaticModel.create({ table, dim, tokenizer }).encoder() };
}
