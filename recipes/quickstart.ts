import { fileURLToPath } from "node:url";
import { defineRecipe } from "./define_recipe.ts";
import { heldOutRetrieval } from "../eval/mod.ts";
import { matryoshka, multipleNegativesRanking } from "./loss_records.ts";

/** The project's own npm packages, from wherever it is run. */
const PACKAGES = fileURLToPath(new URL("../node_modules/", import.meta.url));

/**
 * Learns which description belongs to which symbol, from the type declarations of the project's npm packages.
 */
export default defineRecipe({
  name: "quickstart",
  seed: 12,
  tokenizer: { build: "wordPiece", vocabSize: 12_000 },
  model: { dim: 256, init: "normal" },
  datasets: {
    typescript: {
      source: `${PACKAGES}typescript/lib/*.d.ts`,
      columns: ["symbol", "description"],
      heldOut: 500,
    },
    node: {
      source: `${PACKAGES}@types/node/**/*.d.ts`,
      columns: ["symbol", "description"],
      heldOut: 500,
    },
  },
  loss: matryoshka(multipleNegativesRanking({ scale: 20 }), { dims: [16, 32, 64, 128, 256] }),
  training: { epochs: 5, batchSize: 256, learningRate: 0.2, logSteps: 20 },
  evaluation: [heldOutRetrieval()],
});
