import { BatchSequence } from "../data/mod.ts";
import { Runtime } from "../runtime/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import { checkDevice, type TrainingBatch } from "../train/mod.ts";
import { trainingBatches } from "./_batches.ts";
import { disposeGuides } from "./_guides.ts";
import { drawTable } from "./_initial_table.ts";
import { prepareStage, type Stage } from "./_stage.ts";
import { problemOf, startExecutor } from "./_start.ts";
import type { ResolvedRecipe } from "./recipe.ts";
import type { RunOptions } from "./run_options.ts";

/** Steps that are timed, after one that is not. */
const TIMED_STEPS = 4;

/** How long a recipe trains. */
export interface EpochEstimate {
  /** Optimizer steps of an epoch. */
  stepsPerEpoch: number;
  /** Optimizer steps of the whole training. */
  totalSteps: number;
  /** Seconds of a step, the median of some on the recipe's first batches. */
  secondsPerStep: number;
  /** What carried out the steps. */
  device: string;
}

/** Options of {@linkcode estimateEpoch}. */
export interface EstimateOptions
  extends Pick<RunOptions, "device" | "threads" | "hub" | "cacheFolder" | "clock" | "signal"> {
  /** What the data was prepared with. */
  tokenizer: Tokenizer;
}

/**
 * Takes some steps of a recipe on its first batches and throws the result away; the data must be prepared already, or that
 * is done first.
 *
 * @throws {RangeError} if the recipe cannot be trained on its data: batch too large, columns or labels that do not fit
 */
export async function estimateEpoch(
  recipe: ResolvedRecipe,
  { tokenizer, ...options }: EstimateOptions,
): Promise<EpochEstimate> {
  using runtime = Runtime.open({ device: options.device, threads: options.threads });
  checkDevice(runtime);
  const stage = await prepareStage({ ...recipe, evaluation: [] }, tokenizer, { ...options, runtime });
  try {
    return await timeSteps(recipe, { ...stage, runtime }, options);
  } finally {
    disposeGuides(stage.guides);
  }
}

async function timeSteps(
  recipe: ResolvedRecipe,
  stage: Stage & { runtime: Runtime },
  { clock }: Pick<EstimateOptions, "clock">,
): Promise<EpochEstimate> {
  const { tokenizer, datasets, schedule, sequence } = stage;
  const { accumulationSteps } = recipe.training;
  const problem = await problemOf({ ...stage, recipe });
  // Any table takes as long, and a transformer may take minutes for its tokens.
  const embeddings = drawTable(recipe, tokenizer.vocabSize);
  const executor = await startExecutor(problem, stage, {
    state: { embeddings },
    progress: { step: 0, lossSum: 0, lossCount: 0 },
  });
  const sources = datasets.map(({ store }) => ({ kind: "store" as const, spec: store }));
  // A curriculum's first rows may be the shortest: those timed are of all rows.
  const plain = new BatchSequence(sequence.datasets, { ...sequence.options, curriculum: null });
  const batches = trainingBatches(
    { ...stage, sequence: plain, sources, seed: recipe.seed, vocab: tokenizer.vocabSize },
    0,
  );
  try {
    const count = Math.min(1 + TIMED_STEPS, schedule.totalSteps);
    const times: number[] = [];
    for (let step = 1; step <= count; step++) {
      const start = clock();
      for (let i = 0; i < accumulationSteps; i++) {
        const { value } = await batches.next();
        await executor.accumulate(executor.prepare(value as TrainingBatch));
      }
      await executor.update({ step, learningRate: 0 });
      if (step > 1 || count === 1) times.push(clock() - start);
    }
    times.sort((a, b) => a - b);
    return {
      stepsPerEpoch: Math.max(1, Math.floor(sequence.stepsPerEpoch / accumulationSteps)),
      totalSteps: schedule.totalSteps,
      secondsPerStep: times[Math.floor(times.length / 2)] / 1000,
      device: executor.description,
    };
  } finally {
    await batches.return?.();
    executor.close();
  }
}
