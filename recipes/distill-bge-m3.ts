import { defineRecipe } from "./define_recipe.ts";
import { heldOutTeacherVectors, sts } from "../eval/mod.ts";
import { mse } from "./loss_records.ts";

const teacher = "hf://models/BAAI/bge-m3";
const languages = ["en", "de", "fr", "ru", "zh"];

/**
 * A table that gives bge-m3's vectors: ten million texts, 1,024 dimensions, mean squared error, as the distillation
 * altaidevorg/bge-m3-distill-8l does it for a smaller transformer. Its scores are those of that model's card: negative
 * MSE, Pearson and Spearman of the student's cosines against the teacher's, on held-out texts.
 *
 * The vectors come first, of any recipe's texts:
 * `lathe teach similarity-multilingual --teacher hf://models/BAAI/bge-m3 --to vectors/bge-m3 --take 10000000`
 */
export default defineRecipe({
  name: "distill-bge-m3",
  seed: 12,
  tokenizer: teacher,
  // Without PCA: the table aims at the teacher's own numbers. Its pooling is the first token, as for texts.
  model: { dim: 1024, init: { distill: teacher, pooling: "first", pca: false } },
  datasets: { vectors: { source: "vectors/bge-m3/*.parquet", columns: ["text", "vector"], heldOut: 10_000 } },
  loss: mse(),
  training: {
    epochs: 1,
    batchSize: 2048,
    learningRate: 0.01,
    warmupRatio: 0.1,
    maxGradNorm: 1,
    evalSteps: 500,
    saveSteps: 500,
    saveTotalLimit: 2,
    logSteps: 50,
  },
  evaluation: [
    heldOutTeacherVectors(),
    ...languages.map((config) => sts({ source: "hf://datasets/mteb/stsb_multi_mt", config })),
  ],
});
