import {
  type DatasetSpec,
  prepareDataset,
  type PrepareDatasetOptions,
  type PreparedDataset,
} from "../data/mod.ts";
import type { HeldOutPairs } from "../eval/mod.ts";
import type { ResolvedRecipe } from "./recipe.ts";

/** Options of {@linkcode prepareDatasets}: all of a data set's but what the recipe says. */
export interface PrepareDatasetsOptions extends Omit<PrepareDatasetOptions, "name" | "seed" | "onWait"> {
  /** Called once for a data set that another process prepares, which is waited for. */
  onWait?: (dataset: string) => void;
  /**
   * Whether only the data sets that hold rows out are read.
   * @default false
   */
  heldOutOnly?: boolean;
}

/**
 * Prepares the data sets of a recipe, one after the other in its order: what was prepared before is taken from the cache
 * folder.
 *
 * @param recipe The resolved recipe.
 * @param options Tokenizer, cache folder, hub and progress.
 * @returns The data sets; the same recipe holds out the same rows.
 * @throws {RangeError | SyntaxError} If a data set is missing or damaged.
 */
export async function prepareDatasets(
  recipe: ResolvedRecipe,
  { heldOutOnly = false, onWait, ...options }: PrepareDatasetsOptions,
): Promise<PreparedDataset[]> {
  const prepared: PreparedDataset[] = [];
  for (const [name, dataset] of Object.entries(recipe.datasets)) {
    if (heldOutOnly && dataset.heldOut === 0) continue;
    prepared.push(
      await prepareDataset(specOf(dataset), {
        ...options,
        name,
        seed: recipe.seed,
        onWait: () => onWait?.(name),
      }),
    );
  }
  return prepared;
}

/**
 * The held-out rows of data sets as pairs for retrieval: the first column asks, the second is to be found.
 *
 * @param datasets Prepared data sets.
 * @returns One entry a data set that holds rows out and has two text columns.
 */
export function heldOutPairs(datasets: readonly PreparedDataset[]): HeldOutPairs[] {
  return datasets
    .map(({ name, heldOut: { texts: [anchors = [], positives = []] } }) => ({ name, anchors, positives }))
    .filter(({ positives }) => positives.length > 0);
}

/** A resolved recipe writes null for "none", a data set's specification leaves it out. */
function specOf(dataset: ResolvedRecipe["datasets"][string]): DatasetSpec {
  const { source, split, heldOut, config, revision, columns, take, duplicates } = dataset;
  return {
    duplicates,
    source,
    split,
    heldOut,
    config: config ?? undefined,
    revision: revision ?? undefined,
    columns: columns ?? undefined,
    take: take ?? undefined,
  };
}
