import {
  defineRecipe,
  heldOutRetrieval,
  matryoshka,
  multipleNegativesRanking,
  sts,
} from "../../recipes/mod.ts";

const languages = ["en", "de", "fr", "ja", "ru", "zh"];

/** The multilingual recipe on one of its data sets: Tatoeba's translations from 112 languages, 105,879 entries. */
export default defineRecipe({
  name: "multilingual",
  seed: 12,
  tokenizer: "hf://models/lathe-data/multilingual-wordpiece",
  model: { dim: 1024 },
  datasets: {
    tatoeba: {
      source: "hf://datasets/lathe-data/parallel-sentences-tatoeba",
      config: "all",
      columns: ["english", "non_english"],
      heldOut: 1000,
    },
  },
  loss: matryoshka(multipleNegativesRanking({ scale: 20 }), { dims: [32, 64, 128, 256, 512, 1024] }),
  training: { batchSize: 2048, learningRate: 0.2, warmupRatio: 0.1, logSteps: 10 },
  evaluation: [
    ...languages.map((config) => sts({ source: "hf://datasets/lathe-data/stsb", config })),
    heldOutRetrieval(),
  ],
});
