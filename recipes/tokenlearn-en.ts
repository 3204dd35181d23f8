import { defineRecipe } from "./define_recipe.ts";
import { heldOutTeacherVectors, nanoBeir } from "../eval/mod.ts";
import { teacherContrast } from "./loss_records.ts";

const teacher = "hf://models/BAAI/bge-base-en-v1.5";

/**
 * Tokenlearn (Tulkens and van Dongen 2024), which Model2Vec's potion models are trained by: a distilled table learns the
 * teacher's mean of a text's tokens, brought to 256 dimensions by PCA. Loss, batch, rate and weight decay are Tokenlearn's;
 * its texts are those of C4, and any others do:
 * `lathe teach retrieval-en --teacher hf://models/BAAI/bge-base-en-v1.5 --to vectors/bge-base-en --pooling mean
 * --no-special --no-normalize --pca 256 --take 1000000`
 *
 * Tokenlearn's weight for each token is part of the row here. Its first version ended with PCA and weights by counted
 * frequencies, which is a second command:
 * `lathe distill runs/tokenlearn-en --pca 256 --sif 5e-4 --recipe tokenlearn-en --output runs/potion-en`
 */
export default defineRecipe({
  name: "tokenlearn-en",
  seed: 12,
  tokenizer: teacher,
  model: { dim: 256, init: { distill: teacher }, normalize: true },
  datasets: {
    vectors: { source: "vectors/bge-base-en/*.parquet", columns: ["text", "vector"], heldOut: 10_000 },
  },
  loss: teacherContrast({ scale: 1 / 0.07 }),
  training: {
    epochs: 3,
    batchSize: 256,
    learningRate: 0.001,
    schedule: "constant",
    warmupRatio: 0,
    optimizer: { kind: "adamw", weightDecay: 0.01 },
    evalSteps: 1000,
    bestModel: { metric: "vectors-pairs_spearman_cosine", patience: 5 },
    saveSteps: 1000,
    saveTotalLimit: 2,
    logSteps: 100,
  },
  evaluation: [heldOutTeacherVectors(), nanoBeir()],
});
