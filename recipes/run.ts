/**
 * The one file that sees every stage: recipe, tokenizer, data, batches, artifacts, training, model, scores.
 *
 * @module
 */
import { BatchSequence, type PreparedDataset } from "../data/mod.ts";
import { type EvaluationCollection, loadEvaluations, type SuiteReport } from "../eval/mod.ts";
import { StaticModel } from "../model/mod.ts";
import { Runtime } from "../runtime/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import {
  buildArtifacts,
  type Executor,
  FusedExecutor,
  GraphExecutor,
  type InitialState,
  listCheckpoints,
  readCheckpoint,
  type ScheduleSpec,
  train,
  type TrainerOptions,
  type TrainingProblem,
  type TrainingProgress,
  warmupStepsOf,
  writeArtifacts,
  writeCheckpoint,
} from "../train/mod.ts";
import { trainingBatches } from "./_batches.ts";
import { type Guide, loadGuides } from "./_guide.ts";
import { drawTable, initialTable } from "./_initial_table.ts";
import { rowScales } from "./_row_scales.ts";
import { RUN_FILES, RunFolder } from "./_run_folder.ts";
import { scoresAt, scoreTable } from "./_scoring.ts";
import { searchSeed } from "./_seed_search.ts";
import { recipeTokenizer } from "./_tokenizer.ts";
import { guideOf, type TrainingTasks, trainingTasks } from "./_training_tasks.ts";
import { heldOutPairs, prepareDatasets } from "./prepare_datasets.ts";
import type { ResolvedRecipe } from "./recipe.ts";
import type { RunOptions, RunResult } from "./run_options.ts";

export type { RunEvent, RunOptions, RunResult } from "./run_options.ts";

/**
 * Carries out a recipe: prepares the data, trains, saves the model and scores it. The same recipe, seed and number of
 * threads give the same model files, also when the run was ended at any moment and resumed.
 *
 * @throws {RangeError | TypeError | SyntaxError} if recipe, data and folder do not fit together
 * @throws {NotFiniteError} if the loss stops being finite; the checkpoints stay
 */
export async function runRecipe(recipe: ResolvedRecipe, options: RunOptions): Promise<RunResult> {
  const folder = new RunFolder(options.folder);
  if (options.resume) {
    await folder.checkResumable(recipe);
    if (await folder.isFinished()) return await finishedRun(folder);
  } else await folder.checkFresh();
  using runtime = Runtime.open({ device: options.device, threads: options.threads });
  const tokenizer = await recipeTokenizer(recipe, options);
  try {
    const stage = await prepare(recipe, tokenizer, options);
    try {
      options.signal?.throwIfAborted();
      return await trainAndSave({ ...stage, recipe, options, folder, runtime });
    } finally {
      for (const guide of new Set(stage.guides)) guide?.dispose();
    }
  } finally {
    tokenizer.dispose();
  }
}

/** What is ready before the first step. */
interface Stage {
  tokenizer: Tokenizer;
  datasets: PreparedDataset[];
  collections: EvaluationCollection[];
  guides: (Guide | undefined)[];
  training: TrainingTasks;
  sequence: BatchSequence;
  schedule: ScheduleSpec;
}

/** Everything that one run works with. */
interface Run extends Stage {
  recipe: ResolvedRecipe;
  options: RunOptions;
  folder: RunFolder;
  runtime: Runtime;
}

async function prepare(recipe: ResolvedRecipe, tokenizer: Tokenizer, options: RunOptions): Promise<Stage> {
  const { hubMirror, onEvent, signal } = options;
  const onProgress = (
    { name, rows, total }: { name: string; rows: number; total: number | undefined },
  ): void => {
    signal?.throwIfAborted();
    onEvent?.({ kind: "rows", dataset: name, rows, total });
  };
  const datasets = await prepareDatasets(recipe, { tokenizer, hubMirror, onProgress });
  const collections = await loadEvaluations(recipe.evaluation, {
    hubMirror,
    heldOut: heldOutPairs(datasets),
  });
  const guides = await loadGuides(datasets.map(({ name }) => guideOf(recipe, name)), tokenizer, {
    hubMirror,
  });
  const training = trainingTasks(recipe, datasets, guides.map((guide) => guide?.dim));
  const { sequence, schedule } = planSteps(recipe, datasets);
  const unusedRows = sequence.unusedRows(0);
  onEvent?.({
    kind: "data",
    datasets,
    vocab: tokenizer.vocabSize,
    totalSteps: schedule.totalSteps,
    unusedRows,
  });
  return { tokenizer, datasets, collections, guides, training, sequence, schedule };
}

/** The batches of all epochs, as many epochs as the steps need, and the learning rates. */
function planSteps(
  { training, seed }: ResolvedRecipe,
  datasets: readonly PreparedDataset[],
): Pick<Stage, "sequence" | "schedule"> {
  const onePass = new BatchSequence(datasets, { ...training, seed, epochs: 1 });
  const { accumulationSteps } = training;
  const totalSteps = training.maxSteps ??
    Math.max(1, Math.floor(onePass.stepsPerEpoch * training.epochs / accumulationSteps));
  const epochs = Math.ceil(totalSteps * accumulationSteps / onePass.stepsPerEpoch);
  const warmupSteps = training.warmupSteps ?? warmupStepsOf(training.warmupRatio ?? 0, totalSteps);
  const { schedule: kind, learningRate } = training;
  const decaySteps = warmupStepsOf(training.decayRatio, totalSteps);
  return {
    sequence: new BatchSequence(datasets, { ...training, seed, epochs }),
    schedule: { kind, learningRate, warmupSteps, totalSteps, decaySteps },
  };
}

async function trainAndSave(run: Run): Promise<RunResult> {
  const { recipe, options, folder, tokenizer } = run;
  const problem: TrainingProblem = {
    tasks: run.training.tasks,
    vocab: tokenizer.vocabSize,
    dim: recipe.model.dim,
    optimizer: recipe.training.optimizer,
    maxGradNorm: recipe.training.maxGradNorm,
    schedule: run.schedule,
  };
  const data = dataReport(run);
  if (options.resume) await folder.checkData(data);
  const { state, progress } = await startingPoint(run);
  const executor = await startExecutor(problem, run, { ...state, step: progress.step });
  try {
    // All that can be refused has been: from here on there is something in the folder.
    if (!options.resume) await folder.start(recipe);
    await writeArtifacts(folder.at(RUN_FILES.artifacts), buildArtifacts(problem));
    await folder.writeJson(RUN_FILES.data, data);
    options.onEvent?.({ kind: "device", description: executor.description, resumedFrom: progress.step });
    const trainer = trainerOptions(run, executor, progress);
    if (progress.step === 0) await chooseStart(run, trainer);
    const before = progress.step === 0 && !options.signal?.aborted
      ? await score(run, 0, await executor.readTable())
      : null;
    const started = options.clock();
    const end = await train(trainer);
    const trainSeconds = (options.clock() - started) / 1000;
    const finished = end.step === run.schedule.totalSteps;
    const summary = { folder: folder.path, finished, steps: end.step, trainSeconds, before };
    if (!finished) return { ...summary, report: null };
    const embeddings = await executor.readTable();
    const report = await score(run, end.step, embeddings);
    await saveRun(run, { summary: { ...summary, device: executor.description }, report, embeddings });
    return { ...summary, report };
  } finally {
    executor.close();
  }
}

async function startExecutor(
  problem: TrainingProblem,
  { runtime, recipe, datasets }: Run,
  state: InitialState & { step: number },
): Promise<Executor> {
  const scales = rowScales(datasets, problem.vocab, recipe.training.frequencyPower);
  if (runtime.device === "cpu") {
    return await FusedExecutor.start(problem, runtime, { ...state, rowScales: scales }) as Executor;
  }
  return new GraphExecutor(problem, runtime, { ...state, rowScales: scales }) as Executor;
}

async function startingPoint(run: Run): Promise<{ state: InitialState; progress: TrainingProgress }> {
  const { recipe, tokenizer, options, folder } = run;
  const checkpoints = folder.at(RUN_FILES.checkpoints);
  const latest = (await listCheckpoints(checkpoints)).at(-1);
  if (options.resume && latest !== undefined) {
    const checkpoint = await readCheckpoint(`${checkpoints}/${latest}`);
    await folder.rewindMetrics(checkpoint.progress.step);
    return checkpoint;
  }
  if (options.resume) await folder.rewindMetrics(-1);
  const { table: embeddings, matched } = await initialTable(recipe, tokenizer, {
    hubMirror: options.hubMirror,
  });
  if (matched !== undefined) {
    options.onEvent?.({ kind: "matched", rows: matched, vocab: tokenizer.vocabSize });
  }
  return { state: { embeddings }, progress: { step: 0, lossSum: 0, lossCount: 0 } };
}

/** Tries several tables where the recipe asks for it; the executor is left with the best. */
async function chooseStart(
  { recipe, tokenizer, options, folder }: Run,
  trainer: TrainerOptions,
): Promise<void> {
  const { init } = recipe.model;
  if (init === "normal" || !("seeds" in init)) return;
  const found = await searchSeed({
    executor: trainer.executor,
    trainer,
    seeds: init.seeds,
    steps: init.steps,
    draw: (number) => drawTable(recipe, tokenizer.vocabSize, number),
    onTried: (tried) => options.onEvent?.({ kind: "tried", ...tried }),
  });
  await folder.writeJson(RUN_FILES.seeds, found);
}

function trainerOptions(run: Run, executor: Executor, start: TrainingProgress): TrainerOptions {
  const { options, folder } = run;
  const { model: { dim }, training, seed } = run.recipe;
  const { accumulationSteps } = training;
  let lastLog = { time: options.clock(), pairs: 0 };
  return {
    executor,
    start,
    batches: (fromStep) => trainingBatches({ ...run, seed }, fromStep * accumulationSteps),
    accumulationSteps,
    schedule: run.schedule,
    logSteps: training.logSteps,
    saveSteps: training.saveSteps,
    evalSteps: training.evalSteps,
    signal: options.signal,
    async save(progress, state) {
      const limit = training.saveTotalLimit;
      const path = await writeCheckpoint(folder.at(RUN_FILES.checkpoints), { progress, state }, {
        dim,
        limit,
      });
      options.onEvent?.({ kind: "saved", path });
    },
    async evaluate(step, table) {
      await score(run, step, table);
    },
    async onLog(record) {
      const time = options.clock();
      const seconds = (time - lastLog.time) / 1000;
      const pairsPerSecond = seconds > 0 ? Math.round(lastLog.pairs / seconds) : 0;
      lastLog = { time, pairs: 0 };
      await folder.appendMetrics({ kind: "train", ...record, seconds, pairsPerSecond });
      options.onEvent?.({ kind: "log", ...record });
    },
    onStep(report) {
      lastLog.pairs += report.pairs;
      options.onEvent?.({ kind: "step", ...report });
    },
  };
}

/** Scores a table on the recipe's evaluation and records it; null where there is none. */
async function score(
  run: Run,
  step: number,
  table: Float32Array<ArrayBufferLike>,
): Promise<SuiteReport | null> {
  const { options, folder } = run;
  const report = await scoreTable(table, {
    ...run,
    withBaseline: step === run.schedule.totalSteps,
    clock: options.clock,
    onProgress: (progress) => options.onEvent?.({ kind: "scoring", ...progress }),
  });
  if (report === null) return null;
  for (const size of report.sizes) {
    const scores = scoresAt(report, size);
    await folder.appendMetrics({ kind: "evaluation", step, size, scores, seconds: report.seconds ?? 0 });
  }
  options.onEvent?.({ kind: "scores", step, report });
  return report;
}

/** Counts of the data, as stored beside the model. */
function dataReport({ datasets, sequence, schedule, tokenizer }: Run): object {
  const unused = sequence.unusedRows(0);
  return {
    vocab: tokenizer.vocabSize,
    batchesPerEpoch: sequence.stepsPerEpoch,
    totalSteps: schedule.totalSteps,
    datasets: Object.fromEntries(datasets.map(({ name, columnNames, roles, report }, i) => [
      name,
      { columnNames, roles, batches: sequence.batchCounts[i], unusedInFirstEpoch: unused[i], ...report },
    ])),
  };
}

async function saveRun(
  { recipe, tokenizer, folder, options }: Run,
  { summary, report, embeddings }: {
    summary: object;
    report: SuiteReport | null;
    embeddings: Float32Array<ArrayBufferLike>;
  },
): Promise<void> {
  if (report !== null) await folder.writeJson(RUN_FILES.report, report);
  await folder.writeJson(RUN_FILES.run, { ...summary, seed: recipe.seed, environment: options.environment });
  const { dim, normalize } = recipe.model;
  const model = StaticModel.create({
    table: embeddings as Float32Array<ArrayBuffer>,
    dim,
    tokenizer,
    normalize,
  });
  await model.save(folder.path);
  options.onEvent?.({ kind: "saved", path: folder.path });
}

/** The result of a run that had finished before. */
async function finishedRun(folder: RunFolder): Promise<RunResult> {
  const summary = await folder.readJson(RUN_FILES.run) as Omit<RunResult, "report">;
  const report = await folder.readJson(RUN_FILES.report) as SuiteReport | undefined;
  return { ...summary, folder: folder.path, report: report ?? null };
}
