import { countTokenIds } from "../data/mod.ts";
import {
  checkPrecision,
  checkTables,
  type Executor,
  FusedExecutor,
  GraphExecutor,
  listCheckpoints,
  readCheckpoint,
  type TrainerOptions,
  type TrainingProblem,
  type TrainingStart,
} from "../train/mod.ts";
import { drawTable, initialTable } from "./_initial_table.ts";
import { rowScales } from "./_row_scales.ts";
import { RUN_FILES } from "./_run_folder.ts";
import { searchSeed, type SeedChoice } from "./_seed_search.ts";
import type { Run, Stage } from "./_stage.ts";

/**
 * What a run optimises.
 *
 * @throws {RangeError} if the device has no room for the tables
 */
export async function problemOf(
  { recipe, runtime, tokenizer, training, schedule, datasets }: Stage & Pick<Run, "recipe" | "runtime">,
): Promise<TrainingProblem> {
  const { optimizer, maxGradNorm, frequencyPower, precision } = recipe.training;
  const { vocabSize: vocab } = tokenizer;
  // Counting reads all token ids, so it is not done for nothing.
  const counts = frequencyPower === 0 ? [] : await tokenCounts(datasets, vocab);
  const scales = rowScales(counts, vocab, frequencyPower);
  const { tasks } = training;
  const { dim } = recipe.model;
  const problem = { tasks, vocab, dim, optimizer, maxGradNorm, schedule, precision, rowScales: scales };
  checkTables(problem, runtime);
  return problem;
}

/** Of every data set, how often every token occurs in the rows to train on: [vocab]. */
async function tokenCounts(datasets: Stage["datasets"], vocab: number): Promise<Float64Array[]> {
  return await Promise.all(datasets.map(({ store }) => countTokenIds(store, vocab)));
}

/**
 * Starts what carries out the steps: kernels on the CPU, whole graphs on other devices.
 *
 * @throws {RangeError} if the device has no room for the tables, or no products in the recipe's precision
 */
export async function startExecutor(
  problem: TrainingProblem,
  { runtime, team }: Pick<Run, "runtime" | "team">,
  { state, progress: { step } }: TrainingStart,
): Promise<Executor> {
  await checkPrecision(runtime, problem.precision ?? "float32");
  if (runtime.device !== "cpu") return new GraphExecutor(problem, runtime, state) as Executor;
  return await FusedExecutor.start(problem, runtime, { ...state, step, team }) as Executor;
}

/** The last checkpoint, or the table that the recipe starts from. */
export async function startingPoint(run: Run): Promise<TrainingStart> {
  const { recipe, tokenizer, options, folder } = run;
  const checkpoints = folder.at(RUN_FILES.checkpoints);
  const latest = (await listCheckpoints(checkpoints)).at(-1);
  if (options.resume && latest !== undefined) {
    const checkpoint = await readCheckpoint(`${checkpoints}/${latest}`);
    await folder.rewindMetrics(checkpoint.progress.step);
    return checkpoint;
  }
  if (options.resume) await folder.rewindMetrics(-1);
  const { table: embeddings, matched, averaged } = await initialTable(recipe, tokenizer, {
    hub: options.hub,
    runtime: run.runtime,
    countTokens: () => tokenCounts(run.datasets, tokenizer.vocabSize),
    onTokens: (rows, total) =>
      options.onEvent?.({ kind: "rows", dataset: "the teacher's tokens", rows, total }),
  });
  if (matched !== undefined) {
    options.onEvent?.({ kind: "matched", rows: matched, averaged, vocab: tokenizer.vocabSize });
  }
  return { state: { embeddings }, progress: { step: 0, lossSum: 0, lossCount: 0 } };
}

/** Tries several tables where the recipe asks for it, and tells what came of it; the executor is left with the best. */
export async function chooseStart(
  { recipe, tokenizer, options }: Run,
  trainer: TrainerOptions,
): Promise<SeedChoice | undefined> {
  const { init } = recipe.model;
  if (init === "normal" || !("seeds" in init)) return undefined;
  return await searchSeed({
    executor: trainer.executor,
    trainer,
    seeds: init.seeds,
    steps: init.steps,
    draw: (number) => drawTable(recipe, tokenizer.vocabSize, number),
    onTried: (tried) => options.onEvent?.({ kind: "tried", ...tried }),
  });
}
