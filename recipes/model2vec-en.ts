import { defineRecipe } from "./define_recipe.ts";
import { nanoBeir } from "../eval/mod.ts";
import { multipleNegativesRanking } from "./loss_records.ts";

const teacher = "hf://models/BAAI/bge-base-en-v1.5";

/**
 * Model2Vec with its own defaults: the teacher's vectors of single tokens, PCA to 256 dimensions, smooth inverse
 * frequency by rank. No step is trained. The data and the loss are those that would go on from there:
 * `lathe train model2vec-en --set training.maxSteps=null --set training.learningRate=0.05`
 */
export default defineRecipe({
  name: "model2vec-en",
  seed: 12,
  tokenizer: teacher,
  model: { dim: 256, init: { distill: teacher, pooling: "mean", sifCoefficient: 1e-4 }, normalize: true },
  datasets: {
    allnli: {
      source: "hf://datasets/sentence-transformers/all-nli",
      config: "triplet",
      columns: ["anchor", "positive", "negative"],
    },
  },
  loss: multipleNegativesRanking({ scale: 20 }),
  training: { maxSteps: 0, learningRate: 0.05 },
  evaluation: [nanoBeir()],
});
