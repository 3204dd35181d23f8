import { distill, distilledModel, foldWeights, Teacher } from "../distill/mod.ts";
import type { StaticModel } from "../model/mod.ts";
import type { Runtime } from "../runtime/mod.ts";
import type { RecipePlaces } from "./_tokenizer.ts";
import type { DistilledInit, Filled } from "./recipe.ts";

/** What a distillation needs besides the recipe. */
export interface DistilledTableOptions extends RecipePlaces {
  /** Runs the teacher. @default a runtime on the CPU */
  runtime?: Runtime;
  /** Hears how many tokens are done. */
  onTokens?: (done: number, total: number | undefined) => void;
}

/**
 * A static model of a teacher's single tokens, by Model2Vec's method. The caller disposes it.
 *
 * @param init what the recipe says
 * @param dim the recipe's dimension
 * @throws {RangeError | TypeError} if the teacher cannot be loaded, or has fewer dimensions
 */
export async function distilledTable(
  { distill: spec, pooling, pca, sifCoefficient }: Filled<DistilledInit>,
  dim: number,
  { onTokens, ...places }: DistilledTableOptions,
): Promise<StaticModel> {
  const teacher = await Teacher.load(spec, places);
  try {
    const distillation = await distill(teacher, {
      pooling,
      sifCoefficient,
      pca: pca ? dim : null,
      onProgress: ({ done, total }) => onTokens?.(done, total),
    });
    return await distilledModel({ ...distillation, parts: foldWeights(distillation.parts) });
  } finally {
    teacher.dispose();
  }
}
