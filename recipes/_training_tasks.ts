import type { PreparedDataset } from "../data/mod.ts";
import {
  checkLabels,
  type GraphSpec,
  labelWidths,
  lossGuide,
  lossRequirements,
  type LossSpec,
} from "../train/mod.ts";
import type { ResolvedRecipe } from "./recipe.ts";

/** What the batches of each data set are trained on. */
export interface TrainingTasks {
  /** The different tasks: a loss and the columns, labels and guide that it reads. */
  tasks: GraphSpec[];
  /** Place of each data set's task. */
  taskOf: number[];
}

/** Loss of a data set: its own, or the recipe's. */
export function lossOf(recipe: ResolvedRecipe, dataset: string): LossSpec {
  return recipe.datasets[dataset].loss ?? recipe.loss;
}

/**
 * Gives every data set its task; data sets of the same shape and loss share one.
 *
 * @param guideDims dimensions of each data set's guide, undefined where it has none
 * @throws {RangeError} if a data set lacks the columns or labels that its loss needs, or a label is out of range
 */
export function trainingTasks(
  recipe: ResolvedRecipe,
  datasets: readonly PreparedDataset[],
  guideDims: readonly (number | undefined)[],
): TrainingTasks {
  const { dim } = recipe.model;
  const tasks = new Map<string, GraphSpec>();
  const keys = datasets.map((dataset, i) => {
    const loss = lossOf(recipe, dataset.name);
    checkColumns(loss, dataset, dim);
    const labels = lossRequirements(loss).labels ? dataset.labelWidth : 0;
    const columns = dataset.columnNames.length;
    const task: GraphSpec = { loss, dim, columns, labels, guideDim: guideDims[i] };
    const key = JSON.stringify(task);
    tasks.set(key, tasks.get(key) ?? task);
    return key;
  });
  const order = [...tasks.keys()];
  return { tasks: [...tasks.values()], taskOf: keys.map((key) => order.indexOf(key)) };
}

/** Address of the guide that a data set's loss names, if it names one. */
export function guideOf(recipe: ResolvedRecipe, dataset: string): string | undefined {
  return lossGuide(lossOf(recipe, dataset));
}

function checkColumns(loss: LossSpec, dataset: PreparedDataset, dim: number): void {
  const { name, columnNames, labelWidth: width, labels } = dataset;
  const columns = columnNames.length;
  const needs = lossRequirements(loss);
  const fits = columns >= needs.minColumns && columns <= needs.maxColumns;
  const labelsFit = labelWidths(loss, columns, dim).includes(needs.labels ? width : 0);
  if (!fits || !labelsFit) {
    const labelled = width === 0 ? "" : width === 1 ? " and a label" : ` and ${width} labels a row`;
    const there = `(${columnNames.join(", ")})${labelled}`;
    const isOtherDimension = fits && needs.labels && width > 1 &&
      labelWidths(loss, columns, width).includes(width);
    const shorter = dim < width ? `, or make the teacher's vectors shorter by teach --pca ${dim}` : "";
    const cure = isOtherDimension
      ? `set model.dim=${width}${shorter}`
      : "name fitting columns, or another loss";
    throw new RangeError(
      `Cannot train on ${name}: the loss ${loss.kind} needs ${needs.columns} and there are ${there}; ${cure}`,
    );
  }
  if (!needs.labels || labels === undefined) return;
  // If these are what the loss reads, all labels are.
  const witnesses = [labels.min, labels.max, labels.fraction, labels.other].filter((each) =>
    each !== undefined
  );
  const rows = witnesses.map(({ row }) => row + 1);
  checkLabels(loss, witnesses.map(({ value }) => value), { rows, name });
}
