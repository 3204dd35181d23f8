import { defineRecipe } from "../../recipes/mod.ts";
import warmEn from "./warm-en.ts";

/** The same texts once more, from the warm model, with the negatives that it mined in the questions and answers. */
export default defineRecipe({
  ...warmEn,
  name: "mined-en",
  model: { dim: 128, init: { from: "runs/warm" } },
  datasets: {
    definitions: warmEn.datasets.definitions,
    examples: warmEn.datasets.examples,
    medquad: { source: "runs/mined/medquad.parquet", columns: ["anchor", "positive", "negative_1"] },
    squad: { source: "runs/mined/squad.parquet", columns: ["anchor", "positive", "negative_1"] },
  },
  training: { ...warmEn.training, learningRate: 0.02 },
});
