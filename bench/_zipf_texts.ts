import type { Random } from "../data/mod.ts";
import type { TokenBags } from "../text/mod.ts";

/** How many texts are drawn, and how. */
export interface ZipfTextsOptions {
  /** Texts. */
  texts: number;
  /** Tokens of each. */
  tokens: number;
  /** Entries of the vocabulary. */
  vocab: number;
}

/** Texts of so many tokens; token k has probability proportional to 1 / (k + 3), as by Zipf's law. */
export function zipfTexts({ texts, tokens, vocab }: ZipfTextsOptions, random: Random): TokenBags {
  const logRange = Math.log((vocab + 3) / 3);
  const draw = (): number => Math.min(vocab - 1, Math.floor(3 * Math.exp(random.nextFloat() * logRange) - 3));
  return {
    ids: Int32Array.from({ length: texts * tokens }, draw),
    offsets: Int32Array.from({ length: texts + 1 }, (_, i) => i * tokens),
  };
}
