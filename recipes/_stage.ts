import { BatchSequence, type PreparedDataset } from "../data/mod.ts";
import { type EvaluationCollection, loadEvaluations } from "../eval/mod.ts";
import type { Runtime } from "../runtime/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import { type ScheduleSpec, type Team, warmupStepsOf } from "../train/mod.ts";
import { disposeGuides, loadGuides } from "./_guides.ts";
import type { LossGuide } from "./_loss_guide.ts";
import { rankDatasets, type RankedDataset } from "./_rank_datasets.ts";
import type { RunFolder } from "./_run_folder.ts";
import { checkScoredTeachers, checkTeachers } from "./_teachers.ts";
import { guideOf, type TrainingTasks, trainingTasks } from "./_training_tasks.ts";
import {
  heldOutPairs,
  heldOutVectors,
  prepareDatasets,
  type PrepareDatasetsOptions,
} from "./prepare_datasets.ts";
import type { ResolvedRecipe } from "./recipe.ts";
import type { RunOptions } from "./run_options.ts";

/** What is ready before the first step. */
export interface Stage {
  /** Turns texts into token ids. */
  tokenizer: Tokenizer;
  /** The training data. */
  datasets: RankedDataset[];
  /** What the model is scored on. */
  collections: EvaluationCollection[];
  /** Each data set's guide. */
  guides: (LossGuide | undefined)[];
  /** What each data set is trained on. */
  training: TrainingTasks;
  /** The batches of all epochs. */
  sequence: BatchSequence;
  /** Learning rates and number of steps. */
  schedule: ScheduleSpec;
}

/** Everything that one run works with. */
export interface Run extends Stage {
  /** The recipe. */
  recipe: ResolvedRecipe;
  /** What was asked for. */
  options: RunOptions;
  /** Where everything is written. */
  folder: RunFolder;
  /** Runs the graphs. */
  runtime: Runtime;
  /** The processes that carry out the run, if there are several. */
  team?: Team;
}

/**
 * Reads the data, loads what the model is scored on and the guides, and plans the steps. The caller disposes the guides.
 *
 * @throws {RangeError | SyntaxError} if data, losses and columns do not fit together
 */
export async function prepareStage(
  recipe: ResolvedRecipe,
  tokenizer: Tokenizer,
  options: Pick<RunOptions, "hub" | "cacheFolder" | "threads" | "onEvent" | "signal"> & { runtime?: Runtime },
): Promise<Stage> {
  const { hub, cacheFolder, threads, onEvent, signal, runtime } = options;
  const teacher = await checkTeachers(recipe, { hub });
  const preparing: PrepareDatasetsOptions = {
    tokenizer,
    hub,
    cacheFolder,
    threads,
    signal,
    onProgress: ({ name, rows, total }) => onEvent?.({ kind: "rows", dataset: name, rows, total }),
    onWait: (dataset) => onEvent?.({ kind: "wait", dataset }),
  };
  const datasets = await rankDatasets(recipe, await prepareDatasets(recipe, preparing), {
    ...preparing,
    runtime,
  });
  const collections = await loadEvaluations(recipe.evaluation, {
    hub,
    heldOut: heldOutPairs(datasets),
    heldOutVectors: heldOutVectors(datasets, recipe),
  });
  checkScoredTeachers(teacher, collections);
  const { sequence, schedule } = planSteps(recipe, datasets);
  const { vocabSize: vocab } = tokenizer;
  onEvent?.({ kind: "data", datasets, vocab, totalSteps: schedule.totalSteps });
  const addresses = datasets.map(({ name }) => guideOf(recipe, name));
  const guides = await loadGuides(addresses, tokenizer, { hub, runtime });
  try {
    const training = trainingTasks(recipe, datasets, guides.map((guide) => guide?.dim));
    return { tokenizer, datasets, collections, guides, training, sequence, schedule };
  } catch (error) {
    disposeGuides(guides);
    throw error;
  }
}

/** The batches of all epochs, as many epochs as the steps need, and the learning rates. */
function planSteps(
  { training, seed, datasets: recipes }: ResolvedRecipe,
  datasets: readonly PreparedDataset[],
): Pick<Stage, "sequence" | "schedule"> {
  const weighted = datasets.map(({ name, rowCount }) => ({ rowCount, weight: recipes[name].weight }));
  const options = { ...training, seed, curriculum: null };
  const oneEpoch = new BatchSequence(weighted, { ...options, epochs: 1 });
  const { accumulationSteps } = training;
  const totalSteps = training.maxSteps ??
    Math.max(1, Math.floor(oneEpoch.stepsPerEpoch * training.epochs / accumulationSteps));
  /** How much of the data the training goes through: 1.5 is one epoch and half of the next. */
  const extent = totalSteps * accumulationSteps / oneEpoch.stepsPerEpoch;
  const warmupSteps = training.warmupSteps ?? warmupStepsOf(training.warmupRatio ?? 0, totalSteps);
  const { schedule: kind, learningRate } = training;
  const decaySteps = warmupStepsOf(training.decayRatio, totalSteps);
  const epochs = Math.max(1, Math.ceil(extent));
  const curriculum = training.curriculum && { ...training.curriculum, epochs: extent };
  return {
    sequence: new BatchSequence(weighted, { ...options, epochs, curriculum }),
    schedule: { kind, learningRate, warmupSteps, totalSteps, decaySteps },
  };
}
