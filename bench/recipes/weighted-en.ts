import { defineRecipe } from "../../recipes/mod.ts";
import referenceEn from "./reference-en.ts";

/**
 * The reference recipe from rows weighted by how rare their tokens are. Such a table searches by words before it is
 * trained, which a lower learning rate keeps.
 */
export default defineRecipe({
  ...referenceEn,
  name: "weighted-en",
  model: { ...referenceEn.model, init: { draw: "normal", sifCoefficient: 1e-3 } },
  training: { ...referenceEn.training, learningRate: 0.05 },
});
