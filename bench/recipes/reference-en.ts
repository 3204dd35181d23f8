import { defineRecipe, matryoshka, multipleNegativesRanking, nanoBeir, sts } from "../../recipes/mod.ts";

/** What Sentence Transformers was trained with on the hub mirror, for a comparison like with like: it keeps rows that repeat. */
export default defineRecipe({
  name: "reference-en",
  seed: 12,
  tokenizer: "hf://models/google-bert/bert-base-uncased",
  model: { dim: 1024, init: "normal" },
  datasets: {
    definitions: {
      source: "hf://datasets/lathe-data/wordnet",
      config: "definitions",
      columns: ["words", "definition"],
      duplicates: "keep",
    },
    examples: {
      source: "hf://datasets/lathe-data/wordnet",
      config: "examples",
      columns: ["example", "definition"],
      duplicates: "keep",
    },
    medquad: {
      source: "hf://datasets/lathe-data/medquad",
      columns: ["question", "answer"],
      duplicates: "keep",
    },
    squad: {
      source: "hf://datasets/lathe-data/squad-sentences",
      columns: ["question", "answer"],
      duplicates: "keep",
    },
  },
  loss: matryoshka(multipleNegativesRanking({ scale: 20 }), { dims: [32, 64, 128, 256, 512, 1024] }),
  training: {
    epochs: 1,
    batchSize: 2048,
    learningRate: 0.2,
    warmupRatio: 0.1,
    schedule: "linear",
    optimizer: { kind: "adamw", betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0 },
    maxGradNorm: 1,
    batchSampler: "noDuplicates",
    mixing: "proportional",
    logSteps: 10,
  },
  evaluation: [
    nanoBeir({ source: "hf://datasets/lathe-data/NanoBEIR-mini" }),
    sts({ source: "hf://datasets/lathe-data/stsb", config: "en", split: "test" }),
  ],
});
