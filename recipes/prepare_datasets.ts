import {
  type DatasetSpec,
  prepareDataset,
  type PrepareDatasetOptions,
  type PreparedDataset,
} from "../data/mod.ts";
import type { HeldOutPairs, HeldOutVectors } from "../eval/mod.ts";
import { lossRequirements } from "../train/mod.ts";
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
      await prepareDataset({ ...datasetSpecOf(dataset), difficulty: difficultyColumn(recipe) }, {
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

/**
 * The held-out rows of data sets of teacher vectors: every text of a row with the vector that it should have.
 *
 * @param datasets Prepared data sets.
 * @param recipe Their recipe, whose losses say which labels are vectors.
 * @returns One entry a data set that holds rows out and whose loss reads teacher vectors.
 */
export function heldOutVectors(
  datasets: readonly PreparedDataset[],
  { datasets: specs, loss, model: { dim } }: ResolvedRecipe,
): HeldOutVectors[] {
  return datasets.flatMap(({ name, heldOut: { texts, labels }, labelWidth }) => {
    const { labelKind } = lossRequirements(specs[name].loss ?? loss);
    const rows = texts[0].length;
    if (labelKind !== "vector" || labels === undefined || rows === 0) return [];
    const vectors = new Float32Array(texts.length * rows * dim);
    texts.forEach((_, c) => {
      for (let row = 0; row < rows; row++) {
        const from = row * labelWidth + (labelWidth === dim ? 0 : c * dim);
        vectors.set(labels.subarray(from, from + dim), (c * rows + row) * dim);
      }
    });
    return [{
      name,
      texts: texts.flat(),
      vectors: { data: vectors, rows: texts.length * rows, columns: dim },
    }];
  });
}

/** The column that the rows of all data sets are ranked by, if one is. */
function difficultyColumn({ training: { curriculum } }: ResolvedRecipe): string | undefined {
  return curriculum?.by.kind === "column" ? curriculum.by.column : undefined;
}

/** A data set's specification: a resolved recipe writes null for "none", the specification leaves it out. */
export function datasetSpecOf(dataset: ResolvedRecipe["datasets"][string]): DatasetSpec {
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
