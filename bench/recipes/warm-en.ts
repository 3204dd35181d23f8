import { defineRecipe, matryoshka, multipleNegativesRanking } from "../../recipes/mod.ts";
import referenceEn from "./reference-en.ts";

/** The reference recipe at the 128 dimensions of the mirror's teacher, from a table that was distilled from it. */
export default defineRecipe({
  ...referenceEn,
  name: "warm-en",
  model: { dim: 128, init: { from: "runs/distilled" } },
  loss: matryoshka(multipleNegativesRanking({ scale: 20 }), { dims: [32, 64, 128] }),
  training: { ...referenceEn.training, learningRate: 0.05 },
});
