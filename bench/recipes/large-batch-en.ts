import { cachedMultipleNegativesRanking, defineRecipe, matryoshka } from "../../recipes/mod.ts";
import referenceEn from "./reference-en.ts";

/** The reference recipe with batches of 16,384 pairs: an eighth of the steps, eight times the negatives. */
export default defineRecipe({
  ...referenceEn,
  name: "large-batch-en",
  loss: matryoshka(cachedMultipleNegativesRanking({ scale: 20 }), { dims: [32, 64, 128, 256, 512, 1024] }),
  training: { ...referenceEn.training, batchSize: 16_384 },
});
