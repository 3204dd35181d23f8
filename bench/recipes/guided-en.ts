import { defineRecipe, gist, matryoshka } from "../../recipes/mod.ts";
import referenceEn from "./reference-en.ts";

/** The reference recipe without the negatives that an earlier model of it takes for positives. */
export default defineRecipe({
  ...referenceEn,
  name: "guided-en",
  loss: matryoshka(gist({ guide: "runs/reference-en", temperature: 0.05 }), {
    dims: [32, 64, 128, 256, 512, 1024],
  }),
});
