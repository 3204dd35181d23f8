/**
 * The one file that sees every stage: recipe, tokenizer, data, batches, artifacts, training, model, scores.
 *
 * @module
 */
import { BatchSequence, collateBatch, CollateBuffers, type PreparedDataset } from "../data/mod.ts";
import { evaluateSuite, type EvaluationCollection, loadEvaluations, type SuiteReport } from "../eval/mod.ts";
import { StaticModel } from "../model/mod.ts";
import { type DeviceName, Runtime } from "../runtime/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import {
  buildArtifacts,
  type Executor,
  FusedExecutor,
  GraphExecutor,
  type InitialState,
  listCheckpoints,
  lossRequirements,
  lossSizes,
  type LossSpec,
  readCheckpoint,
  train,
  type TrainerOptions,
  type TrainingBatch,
  type TrainingProblem,
  type TrainingProgress,
  warmupStepsOf,
  writeArtifacts,
  writeCheckpoint,
} from "../train/mod.ts";
import { initialTable } from "./_initial_table.ts";
import { RUN_FILES, RunFolder } from "./_run_folder.ts";
import { recipeTokenizer } from "./_tokenizer.ts";
import { heldOutPairs, prepareDatasets } from "./prepare_datasets.ts";
import type { ResolvedRecipe } from "./recipe.ts";

/** What a run needs from outside. */
export interface RunOptions {
  /** Folder of the run: the model, and all that tells how it came about. */
  folder: string;
  /** Whether to go on with the run in that folder. @default false */
  resume?: boolean;
  /** Where to train. @default "cpu" */
  device?: DeviceName;
  /** Threads; results depend on it in the last bits. @default as many as the machine has cores */
  threads?: number;
  /** Folder that mirrors the hub. @default none */
  hubMirror?: string;
  /** Milliseconds from any fixed moment. */
  clock: () => number;
  /** Library versions and machine, stored with the run. */
  environment: Readonly<Record<string, string>>;
  /** Ends the run after the step under way, with a checkpoint. */
  signal?: AbortSignal;
  /** Hears what happens. */
  onEvent?: (event: RunEvent) => void;
}

/** What a run tells while it goes on. */
export type RunEvent =
  | { kind: "rows"; dataset: string; rows: number; total: number | undefined }
  | {
    kind: "data";
    datasets: readonly PreparedDataset[];
    vocab: number;
    totalSteps: number;
    unusedRows: number[];
  }
  | { kind: "device"; description: string; resumedFrom: number }
  | { kind: "step"; step: number; totalSteps: number; loss: number; pairs: number }
  | { kind: "log"; step: number; loss: number; learningRate: number; gradientNorm: number }
  | { kind: "scoring"; collection: string; texts: number; totalTexts: number }
  | { kind: "scores"; step: number; report: SuiteReport }
  | { kind: "saved"; path: string };

/** What came of a run. */
export interface RunResult {
  /** Folder of the model. */
  folder: string;
  /** Whether all steps are done; if not, the run was ended by the signal and can be resumed. */
  finished: boolean;
  /** Steps done. */
  steps: number;
  /** Seconds that training took in this process, scoring and saving left out. */
  trainSeconds: number;
  /** Scores before training; null without evaluation, or when resumed. */
  before: SuiteReport | null;
  /** Scores of the model; null without evaluation. */
  report: SuiteReport | null;
}

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
  }
  using runtime = Runtime.open({ device: options.device, threads: options.threads });
  const stage = await prepare(recipe, options);
  try {
    if (!options.resume) await folder.start(recipe);
    return await trainAndSave({ ...stage, recipe, options, folder, runtime });
  } finally {
    stage.tokenizer.dispose();
  }
}

/** What is ready before the first step. */
interface Stage {
  tokenizer: Tokenizer;
  datasets: PreparedDataset[];
  collections: EvaluationCollection[];
  plan: BatchSequence;
  totalSteps: number;
}

/** Everything that one run works with. */
interface Run extends Stage {
  recipe: ResolvedRecipe;
  options: RunOptions;
  folder: RunFolder;
  runtime: Runtime;
}

async function prepare(recipe: ResolvedRecipe, options: RunOptions): Promise<Stage> {
  const { hubMirror, onEvent } = options;
  const tokenizer = await recipeTokenizer(recipe, { hubMirror });
  try {
    const onProgress = (
      { name, rows, total }: { name: string; rows: number; total: number | undefined },
    ): void => onEvent?.({ kind: "rows", dataset: name, rows, total });
    const datasets = await prepareDatasets(recipe, { tokenizer, hubMirror, onProgress });
    for (const dataset of datasets) checkColumns(recipe.loss, dataset);
    const collections = await loadEvaluations(recipe.evaluation, {
      hubMirror,
      heldOut: heldOutPairs(datasets),
    });
    const { training, seed } = recipe;
    const planOptions = { ...training, seed };
    const onePass = new BatchSequence(datasets, { ...planOptions, epochs: 1 });
    const totalSteps = training.maxSteps ?? onePass.stepsPerEpoch * training.epochs;
    const plan = new BatchSequence(datasets, {
      ...planOptions,
      epochs: Math.ceil(totalSteps / onePass.stepsPerEpoch),
    });
    onEvent?.({
      kind: "data",
      datasets,
      vocab: tokenizer.vocabSize,
      totalSteps,
      unusedRows: plan.unusedRows(0),
    });
    return { tokenizer, datasets, collections, plan, totalSteps };
  } catch (error) {
    tokenizer.dispose();
    throw error;
  }
}

function checkColumns(loss: LossSpec, { name, columns, columnNames, labels }: PreparedDataset): void {
  const needs = lossRequirements(loss);
  const labelled = labels === undefined ? "" : " and labels";
  const there = `(${columnNames.join(", ")})${labelled}`;
  const fits = columns.length >= needs.minColumns && columns.length <= needs.maxColumns;
  if (fits && needs.labels === (labels !== undefined)) return;
  throw new RangeError(
    `Cannot train on ${name}: the loss needs ${needs.columns} and there are ${there}; name fitting columns`,
  );
}

async function trainAndSave(run: Run): Promise<RunResult> {
  const { recipe, options, folder, runtime, tokenizer } = run;
  const problem: TrainingProblem = {
    loss: recipe.loss,
    vocab: tokenizer.vocabSize,
    dim: recipe.model.dim,
    labels: lossRequirements(recipe.loss).labels,
    optimizer: recipe.training.optimizer,
    maxGradNorm: recipe.training.maxGradNorm,
  };
  const { state, progress } = await startingPoint(run);
  const columnCounts = run.datasets.map(({ columns }) => columns.length);
  await writeArtifacts(folder.at(RUN_FILES.artifacts), buildArtifacts(problem, columnCounts));
  await folder.writeJson(RUN_FILES.data, dataReport(run));
  const executor = await startExecutor(problem, runtime, state);
  try {
    options.onEvent?.({ kind: "device", description: executor.description, resumedFrom: progress.step });
    const before = progress.step === 0 ? await score(run, 0, state.embeddings) : null;
    const started = options.clock();
    const end = await train(trainerOptions(run, executor, progress));
    const trainSeconds = (options.clock() - started) / 1000;
    const finished = end.step === run.totalSteps;
    const summary = { folder: folder.path, finished, steps: end.step, trainSeconds, before };
    if (!finished) return { ...summary, report: null };
    const { embeddings } = await executor.readState();
    const report = await score(run, end.step, embeddings);
    await saveRun(run, { summary: { ...summary, device: executor.description }, report, embeddings });
    return { ...summary, report };
  } finally {
    executor.close();
  }
}

async function startExecutor(
  problem: TrainingProblem,
  runtime: Runtime,
  state: InitialState,
): Promise<Executor> {
  if (runtime.device === "cpu") return await FusedExecutor.start(problem, runtime, state) as Executor;
  return new GraphExecutor(problem, runtime, state) as Executor;
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
  if (options.resume) await folder.rewindMetrics(0);
  const embeddings = await initialTable(recipe, tokenizer, { hubMirror: options.hubMirror });
  return { state: { embeddings }, progress: { step: 0, lossSum: 0, lossCount: 0 } };
}

function trainerOptions(run: Run, executor: Executor, start: TrainingProgress): TrainerOptions {
  const { options, folder } = run;
  const { dim } = run.recipe.model;
  const { training } = run.recipe;
  const warmupSteps = training.warmupSteps ?? warmupStepsOf(training.warmupRatio ?? 0, run.totalSteps);
  let lastLog = { time: options.clock(), pairs: 0 };
  return {
    executor,
    start,
    batches: (fromStep) => collated(run, fromStep),
    schedule: {
      kind: training.schedule,
      learningRate: training.learningRate,
      warmupSteps,
      totalSteps: run.totalSteps,
    },
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
    async evaluate(step, state) {
      await score(run, step, state.embeddings);
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

function* collated({ plan, datasets }: Run, fromStep: number): Generator<TrainingBatch> {
  const buffers = new CollateBuffers();
  for (const { dataset, rows } of plan.iterate(fromStep)) {
    yield collateBatch(datasets[dataset], rows, buffers);
  }
}

/** Scores a table on the recipe's evaluation at all sizes of its loss; null where there is none. */
async function score(
  run: Run,
  step: number,
  table: Float32Array<ArrayBufferLike>,
): Promise<SuiteReport | null> {
  const { recipe, collections, tokenizer, options, folder } = run;
  if (collections.length === 0) return null;
  const { dim, normalize } = recipe.model;
  const model = StaticModel.create({ table: table as Float32Array<ArrayBuffer>, dim, tokenizer, normalize });
  const report = await evaluateSuite({ name: recipe.name, encoder: model.encoder() }, collections, {
    truncate: lossSizes(recipe.loss, dim),
    baselines: step === run.totalSteps ? ["bm25"] : [],
    clock: options.clock,
    onProgress: (progress) => options.onEvent?.({ kind: "scoring", ...progress }),
  });
  for (const size of report.sizes) {
    const scores = scoresAt(report, size);
    await folder.appendMetrics({ kind: "evaluation", step, size, scores, seconds: report.seconds ?? 0 });
  }
  options.onEvent?.({ kind: "scores", step, report });
  return report;
}

function scoresAt(report: SuiteReport, size: number): Record<string, number | null> {
  return Object.fromEntries(report.collections.map(({ name, mainMetric, sizes }) => {
    const metrics = sizes.find((entry) => entry.size === size)?.metrics;
    return [`${name}_${mainMetric}`, metrics?.[mainMetric] ?? null];
  }));
}

/** Counts of the data, as stored beside the model. */
function dataReport({ datasets, plan, totalSteps, tokenizer }: Run): object {
  const unused = plan.unusedRows(0);
  return {
    vocab: tokenizer.vocabSize,
    stepsPerEpoch: plan.stepsPerEpoch,
    totalSteps,
    datasets: Object.fromEntries(datasets.map(({ name, columnNames, roles, report }, i) => [
      name,
      { columnNames, roles, batches: plan.batchCounts[i], unusedInFirstEpoch: unused[i], ...report },
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
