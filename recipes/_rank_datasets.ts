import {
  type PreparedDataset,
  type RankedRows,
  rankRows,
  resolveDataset,
  type RowDifficulty,
  type StoreProgress,
} from "../data/mod.ts";
import { GuideMargins, type GuideMarginsOptions } from "./_guide_margins.ts";
import { datasetSpecOf } from "./prepare_datasets.ts";
import type { ResolvedRecipe } from "./recipe.ts";

/** Options of {@linkcode rankDatasets}. */
export interface RankDatasetsOptions extends GuideMarginsOptions {
  /** Ends the work at once. */
  signal?: AbortSignal;
  /** Hears how far it is. */
  onProgress?: (progress: StoreProgress) => void;
  /** Called once for a data set that another process works on, which is waited for. */
  onWait?: (dataset: string) => void;
}

/** A prepared data set whose rows are ranked by difficulty, if its recipe has a curriculum. */
export interface RankedDataset extends PreparedDataset {
  /** Checksum of the ranks and spread of the difficulty. */
  ranks?: Omit<RankedRows, "spec">;
}

/**
 * Ranks the rows of data sets by the difficulty that the recipe's curriculum names; what was ranked before is taken from
 * the token stores.
 *
 * @throws {RangeError} if a data set cannot be ranked so: no negatives for a guide, or no finite number in the column
 */
export async function rankDatasets(
  recipe: ResolvedRecipe,
  datasets: readonly PreparedDataset[],
  options: RankDatasetsOptions,
): Promise<RankedDataset[]> {
  const { curriculum } = recipe.training;
  if (curriculum === null) return [...datasets];
  using guide = curriculum.by.kind === "guide"
    ? await GuideMargins.load(curriculum.by.model, options)
    : undefined;
  const ranked: RankedDataset[] = [];
  for (const dataset of datasets) {
    const difficulty = guide?.difficultyOf(dataset) ?? await difficultyOf(recipe, dataset, options);
    const { spec: store, ...ranks } = await rankRows(dataset.store, difficulty, {
      ...options,
      onWait: () => options.onWait?.(dataset.name),
    });
    ranked.push({ ...dataset, store, ranks });
  }
  return ranked;
}

async function difficultyOf(
  { training: { curriculum }, datasets }: ResolvedRecipe,
  { name }: PreparedDataset,
  { hub }: RankDatasetsOptions,
): Promise<RowDifficulty> {
  if (curriculum?.by.kind !== "column") return { kind: "length" };
  const { column } = curriculum.by;
  const spec = { ...datasetSpecOf(datasets[name]), difficulty: column };
  const { source, roles } = await resolveDataset(name, spec, { hub });
  return { kind: "column", column, source, roles, hub };
}
