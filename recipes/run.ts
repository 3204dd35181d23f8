/**
 * The one file that sees every stage: recipe, tokenizer, data, batches, artifacts, training, model, scores.
 *
 * @module
 */
import type { SuiteReport } from "../eval/mod.ts";
import { checkSame, type Communicator } from "../mpi/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import {
  buildArtifacts,
  type Executor,
  Team,
  train,
  type TrainerOptions,
  type TrainingProgress,
  writeArtifacts,
  writeCheckpoint,
} from "../train/mod.ts";
import { BestModel } from "./_best_model.ts";
import { disposeGuides } from "./_guides.ts";
import { checkAlike, inAll, isTrueOfFirst } from "./_in_all.ts";
import { Journal } from "./_journal.ts";
import { scoreLeftOut } from "./_left_out_score.ts";
import { openRuntime } from "./_open_runtime.ts";
import { pause, pauseStep } from "./_pause.ts";
import { batchesOf } from "./_run_batches.ts";
import { RUN_FILES, RunFolder } from "./_run_folder.ts";
import { dataReport, finishedRun, saveRun, score, scoreAtEnd } from "./_run_records.ts";
import { prepareStage, type Run } from "./_stage.ts";
import { chooseStart, startExecutor, startingPoint } from "./_start.ts";
import { follow, nothingDone, startOf } from "./_team_run.ts";
import { recipeTokenizer } from "./_tokenizer.ts";
import type { ResolvedRecipe } from "./recipe.ts";
import type { RunOptions, RunResult } from "./run_options.ts";

export { type EpochEstimate, estimateEpoch, type EstimateOptions } from "./estimate_epoch.ts";
export { type RecipePlaces, recipeTokenizer, type RecipeTokenizerOptions } from "./_tokenizer.ts";
export {
  type DatasetOverlap,
  type DatasetSurvey,
  type DataSurvey,
  type EvaluationOverlap,
  surveyData,
  type SurveyOptions,
} from "./survey.ts";
export type { RunEvent, RunOptions, RunResult } from "./run_options.ts";

/**
 * Carries out a recipe: prepares the data, trains, saves the model and scores it. The same recipe, seed and number of
 * threads give the same model files, also when the run was ended at any moment and resumed.
 *
 * @throws {RangeError | TypeError | SyntaxError} if recipe, data and folder do not fit together
 * @throws {NotFiniteError} if the loss stops being finite; the checkpoints stay
 */
export async function runRecipe(recipe: ResolvedRecipe, options: RunOptions): Promise<RunResult> {
  const { processes } = options;
  const isLeader = (processes?.rank ?? 0) === 0;
  const folder = new RunFolder(options.folder);
  if (processes !== undefined) await checkAlike(processes, recipe, options);
  const before = await inAll(processes, () => isLeader ? finishedBefore(recipe, folder, options) : undefined);
  if (await isTrueOfFirst(processes, before !== undefined)) return before ?? nothingDone(options);
  using runtime = await inAll(processes, () => openRuntime(recipe, options));
  const tokenizer = await inAll(processes, () => tokenizerOf(recipe, options));
  try {
    const staged = isLeader ? recipe : { ...recipe, evaluation: [] };
    const stage = await inAll(processes, () => prepareStage(staged, tokenizer, { ...options, runtime }));
    try {
      await inAll(processes, () => options.signal?.throwIfAborted());
      const run = { ...stage, recipe, options, folder, runtime };
      return processes === undefined ? await trainAndSave(run) : await trainTogether(run, processes);
    } finally {
      disposeGuides(stage.guides);
    }
  } finally {
    tokenizer.dispose();
  }
}

/** The result of the run in the folder, if it has finished and was to be resumed. */
async function finishedBefore(
  recipe: ResolvedRecipe,
  folder: RunFolder,
  { resume }: RunOptions,
): Promise<RunResult | undefined> {
  if (!resume) await folder.checkFresh();
  else {
    await folder.checkResumable(recipe);
    if (await folder.isFinished()) return await finishedRun(folder);
  }
}

async function tokenizerOf(
  recipe: ResolvedRecipe,
  { hub, signal, onEvent }: RunOptions,
): Promise<Tokenizer> {
  const onRows = (name: string, rows: number): void => {
    signal?.throwIfAborted();
    onEvent?.({ kind: "rows", dataset: `${name} for the vocabulary`, rows, total: undefined });
  };
  return await recipeTokenizer(recipe, { hub, onRows });
}

/** The part of one of several processes. */
async function trainTogether(run: Run, processes: Communicator): Promise<RunResult> {
  await checkSame(processes, "other data", JSON.stringify(dataReport(run)));
  const team = new Team(processes, run.options.signal);
  const together = { ...run, team, options: { ...run.options, signal: team.signal } };
  return processes.rank === 0 ? await trainAndSave(together) : await follow(together);
}

async function trainAndSave(run: Run): Promise<RunResult> {
  const { recipe, options, folder } = run;
  const data = dataReport(run);
  const { problem, start } = await startOf(run, async () => {
    if (options.resume) await folder.checkData(data);
    return await startingPoint(run);
  });
  const { progress } = start;
  const artifacts = buildArtifacts(problem);
  const executor = await startExecutor(problem, run, start);
  try {
    // All that can be refused has been: from here on there is something in the folder.
    if (!options.resume) await folder.start(recipe);
    await writeArtifacts(folder.at(RUN_FILES.artifacts), artifacts);
    await folder.writeJson(RUN_FILES.data, data);
    options.onEvent?.({ kind: "device", description: executor.description, resumedFrom: progress.step });
    const journal = await openJournal(run, executor, progress.step);
    try {
      return await trainFrom({ ...run, journal, bestModel: await bestModelOf(run) }, executor, progress);
    } finally {
      await journal.close();
    }
  } finally {
    executor.close();
  }
}

/** A run that writes down what it does. */
interface LiveRun extends Run {
  journal: Journal;
  bestModel: BestModel | undefined;
}

async function trainFrom(run: LiveRun, executor: Executor, progress: TrainingProgress): Promise<RunResult> {
  const { options, folder, bestModel } = run;
  const trainer = trainerOptions(run, executor, progress);
  if (progress.step === 0) {
    const chosen = await chooseStart(run, { ...trainer, batches: batchesOf(run) });
    if (chosen !== undefined) await folder.writeJson(RUN_FILES.seeds, chosen);
  }
  const before = progress.step === 0 && !options.signal?.aborted
    ? await score(run, 0, await executor.readTable())
    : null;
  if (before !== null) bestModel?.check(before);
  await scoreLeftOut(run, executor, progress.step);
  const started = options.clock();
  // A run that ended early may have been killed before its model was saved.
  const end = await isTrueOfFirst(run.team?.processes, bestModel?.goesOn ?? true)
    ? await train(trainer)
    : { ...progress, waitedSeconds: 0, isEarly: true };
  const trainSeconds = (options.clock() - started) / 1000;
  const finished = end.isEarly || end.step === run.schedule.totalSteps;
  const { step: steps, waitedSeconds } = end;
  const summary = { folder: folder.path, finished, steps, trainSeconds, waitedSeconds, before };
  if (!finished) return { ...summary, best: null, report: await pause(run, trainer, end) };
  const { report, embeddings } = await chosenTable(run, executor, end);
  const best = bestModel?.best ?? null;
  if (best !== null) options.onEvent?.({ kind: "best", ...best, isEarly: end.isEarly });
  await saveRun(run, { summary: { ...summary, best, device: executor.description }, report, embeddings });
  return { ...summary, best, report };
}

/** The table that becomes the model, and its scores: the last, or that of the best evaluation. */
async function chosenTable(
  run: LiveRun,
  executor: Executor,
  { step, isEarly }: { step: number; isEarly: boolean },
): Promise<{ report: SuiteReport | null; embeddings: Float32Array<ArrayBufferLike> }> {
  const { bestModel } = run;
  const last = await executor.readTable();
  if (!isEarly) {
    const report = await score(run, step, last);
    if (report !== null) await bestModel?.offer(step, report, last);
    if (bestModel?.best === undefined || bestModel.best.step === step) return { report, embeddings: last };
  }
  const embeddings = await bestModel!.table();
  return { report: await scoreAtEnd(run, embeddings), embeddings };
}

async function bestModelOf({ recipe, folder, tokenizer }: Run): Promise<BestModel | undefined> {
  const { model: { dim }, training: { bestModel: spec } } = recipe;
  if (spec === null) return undefined;
  const bestModel = new BestModel(folder, { spec, shape: [tokenizer.vocabSize, dim] });
  bestModel.remember(await folder.readMetrics());
  return bestModel;
}

async function openJournal(
  { recipe, folder, schedule, options, datasets }: Run,
  { description }: Executor,
  resumedFrom: number,
): Promise<Journal> {
  const { clock, wallTime } = options;
  const rows = datasets.reduce((sum, { rowCount }) => sum + rowCount, 0).toLocaleString("en-US");
  return await Journal.open(folder, {
    title: recipe.name,
    facts: [`${rows} rows of ${datasets.map(({ name }) => name).join(", ")}.`, `Trained on ${description}.`],
    totalSteps: schedule.totalSteps,
    resumedFrom,
    clock,
    wallTime,
  });
}

function trainerOptions(run: LiveRun, executor: Executor, start: TrainingProgress): TrainerOptions {
  const { options, folder, journal, bestModel } = run;
  const { model: { dim }, training } = run.recipe;
  const { accumulationSteps } = training;
  return {
    executor,
    start,
    batches: batchesOf(run, async ({ dataset, pass, unusedRows, batch }) => {
      const step = Math.floor(batch / accumulationSteps) + 1;
      const end = { kind: "pass" as const, step, dataset: run.datasets[dataset].name, pass, unusedRows };
      await journal.pass(end);
      options.onEvent?.(end);
    }),
    accumulationSteps,
    schedule: run.schedule,
    stopAfter: pauseStep(run),
    logSteps: training.logSteps,
    saveSteps: training.saveSteps,
    evalSteps: training.evalSteps,
    clock: options.clock,
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
      const report = await score(run, step, table);
      const goesOn = report === null || bestModel === undefined ||
        await bestModel.offer(step, report, table);
      return await isTrueOfFirst(run.team?.processes, goesOn);
    },
    async onLog(record) {
      await journal.log(record);
      options.onEvent?.({ kind: "log", ...record });
    },
    onStep(report) {
      journal.addPairs(report.pairs);
      options.onEvent?.({ kind: "step", ...report });
    },
  };
}
