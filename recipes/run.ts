/**
 * The one file that sees every stage: recipe, tokenizer, data, batches, artifacts, training, model, scores.
 *
 * @module
 */
import { Runtime } from "../runtime/mod.ts";
import {
  buildArtifacts,
  checkDevice,
  type Executor,
  train,
  type TrainerOptions,
  type TrainingProgress,
  writeArtifacts,
  writeCheckpoint,
} from "../train/mod.ts";
import { trainingBatches } from "./_batches.ts";
import { RUN_FILES, RunFolder } from "./_run_folder.ts";
import { dataReport, finishedRun, saveRun, score } from "./_run_records.ts";
import { disposeGuides, prepareStage, type Run } from "./_stage.ts";
import { chooseStart, problemOf, startExecutor, startingPoint } from "./_start.ts";
import { recipeTokenizer } from "./_tokenizer.ts";
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
  checkDevice(runtime);
  const { hub, signal, onEvent } = options;
  const onRows = (name: string, rows: number): void => {
    signal?.throwIfAborted();
    onEvent?.({ kind: "rows", dataset: `${name} for the vocabulary`, rows, total: undefined });
  };
  const tokenizer = await recipeTokenizer(recipe, { hub, onRows });
  try {
    const stage = await prepareStage(recipe, tokenizer, options);
    try {
      options.signal?.throwIfAborted();
      return await trainAndSave({ ...stage, recipe, options, folder, runtime });
    } finally {
      disposeGuides(stage.guides);
    }
  } finally {
    tokenizer.dispose();
  }
}

async function trainAndSave(run: Run): Promise<RunResult> {
  const { recipe, options, folder } = run;
  const problem = problemOf(run);
  const data = dataReport(run);
  if (options.resume) await folder.checkData(data);
  const { state, progress } = await startingPoint(run);
  const artifacts = buildArtifacts(problem);
  const executor = await startExecutor(problem, run, { ...state, step: progress.step });
  try {
    // All that can be refused has been: from here on there is something in the folder.
    if (!options.resume) await folder.start(recipe);
    await writeArtifacts(folder.at(RUN_FILES.artifacts), artifacts);
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
