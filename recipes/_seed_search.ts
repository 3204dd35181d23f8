import { type Executor, train, type TrainerOptions } from "../train/mod.ts";

/** Batches after the last trained one on which a start is judged. */
const JUDGING_BATCHES = 4;

/** A start that was tried. */
export interface TriedStart {
  /** Number of the draw. */
  draw: number;
  /** Mean loss on batches that it was not trained on. */
  loss: number;
}

/** What a seed search needs. */
export interface SeedSearch {
  /** Carries out the steps. */
  executor: Executor;
  /** How the training goes on; its first steps are tried. */
  trainer: TrainerOptions;
  /** How many tables are tried. */
  seeds: number;
  /** Steps that each is trained. */
  steps: number;
  /** The table of a draw. */
  draw: (number: number) => Float32Array;
  /** Hears of every table tried. */
  onTried?: (tried: TriedStart) => void;
}

/** What came of a search. */
export interface SeedChoice {
  /** All starts that were tried. */
  tried: TriedStart[];
  /** Number of the best draw. */
  best: number;
}

/**
 * Trains the first steps from several tables and keeps the table whose loss on the next batches is the smallest (of equal
 * ones the first). The executor is left with the best table and nothing trained.
 *
 * @returns all that were tried, and the number of the best draw
 */
export async function searchSeed(search: SeedSearch): Promise<SeedChoice> {
  const { executor, trainer, seeds, steps, draw } = search;
  const tried: TriedStart[] = [];
  for (let number = 0; number < seeds; number++) {
    await executor.load({ embeddings: draw(number) });
    const { batches, accumulationSteps, schedule, signal } = trainer;
    await train({
      executor,
      batches,
      accumulationSteps,
      schedule,
      stopAfter: steps,
      logSteps: steps,
      signal,
    });
    tried.push({ draw: number, loss: await judge(search) });
    search.onTried?.(tried.at(-1)!);
    if (signal?.aborted) break;
  }
  const { draw: best } = tried.reduce((a, b) => (b.loss < a.loss ? b : a));
  await executor.load({ embeddings: draw(best) });
  return { tried, best };
}

/** Mean loss on the batches that follow the trained ones. */
async function judge({ executor, trainer, steps }: SeedSearch): Promise<number> {
  let sum = 0;
  let count = 0;
  for await (const batch of trainer.batches(steps)) {
    sum += await executor.evaluate(executor.prepare(batch));
    if (++count === JUDGING_BATCHES) break;
  }
  return sum / Math.max(1, count);
}
