import { lossSizes } from "../../train/mod.ts";
import type { SweepPlan } from "./plan_sweep.ts";

/**
 * Checks that every run of a sweep will be scored, and at a size.
 *
 * @param plan The sweep.
 * @param size The size; null for the largest of each run.
 * @throws {RangeError} If a recipe names no evaluation, or its runs are not scored at that size.
 */
export function checkScored({ runs }: SweepPlan, size: number | null): void {
  for (const { name, recipe } of runs) {
    if (recipe.evaluation.length === 0) {
      throw new RangeError(
        `Cannot sweep ${recipe.name}: its recipe names no evaluation to rank runs by; add one`,
      );
    }
    const sizes = lossSizes(recipe.loss, recipe.model.dim);
    if (size === null || sizes.includes(size)) continue;
    throw new RangeError(
      `Cannot rank ${name} by size ${size}: it is not scored there; choose one of ${sizes.join(", ")}`,
    );
  }
}
