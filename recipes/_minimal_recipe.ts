import { matryoshka, multipleNegativesRanking } from "./loss_records.ts";
import type { Recipe } from "./recipe.ts";

/** The smallest recipe there is, for tests to change. */
export function minimalRecipe(): Recipe {
  return {
    name: "small",
    tokenizer: "tokenizer.json",
    model: { dim: 64 },
    datasets: { pairs: { source: "pairs.jsonl" } },
    loss: matryoshka(multipleNegativesRanking(), { dims: [64, 32] }),
    training: { learningRate: 0.2 },
  };
}
