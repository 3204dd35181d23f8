import type { TrainingProgress } from "./checkpoint.ts";
import type { Executor, PreparedBatch, TrainingBatch, TrainingState } from "./executor.ts";
import { learningRateAt, type ScheduleSpec } from "./schedule.ts";

/** What the trainer tells after every step. */
export interface StepReport {
  /** Steps done. */
  step: number;
  /** Steps of the whole training. */
  totalSteps: number;
  /** Loss of the step's batch. */
  loss: number;
  /** Rows of the step's batch. */
  pairs: number;
}

/** A record of the training log. */
export interface LogRecord {
  /** Steps done. */
  step: number;
  /** Mean loss of the steps since the last record. */
  loss: number;
  /** Learning rate of the last step. */
  learningRate: number;
  /** Global norm of the last step's gradient, before clipping. */
  gradientNorm: number;
}

/** What a training needs; the callbacks are awaited. */
export interface TrainerOptions {
  /** Carries out the steps. */
  executor: Executor;
  /** The batches from a step on (counted from 0): as many for each step left as `accumulationSteps` says. */
  batches: (fromStep: number) => Iterable<TrainingBatch>;
  /** Batches whose mean gradient makes a step. @default 1 */
  accumulationSteps?: number;
  /** Learning rates, and how many steps there are. */
  schedule: ScheduleSpec;
  /** Stop after so many steps in all, although the schedule goes on. @default the schedule's steps */
  stopAfter?: number;
  /** Where the training stands at the start. @default the beginning */
  start?: TrainingProgress;
  /** A log record every so many steps, besides the first and the last. */
  logSteps: number;
  /** Save every so many steps. @default never */
  saveSteps?: number | null;
  /** Evaluate every so many steps. @default never */
  evalSteps?: number | null;
  /** Ends the training after the step under way; the state is saved first. @default never */
  signal?: AbortSignal;
  /** Writes a checkpoint. */
  save?: (progress: TrainingProgress, state: TrainingState) => Promise<void>;
  /** Scores the table. */
  evaluate?: (step: number, table: Float32Array<ArrayBufferLike>) => Promise<void>;
  /** Receives log records. */
  onLog?: (record: LogRecord) => Promise<void>;
  /** Called after every step. */
  onStep?: (report: StepReport) => void;
}

/** The loss, or the gradient, was not a finite number. */
export class NotFiniteError extends Error {
  /**
   * An error that names step, quantity and cure.
   *
   * @param step number of the step, from 1
   * @param what the quantity and its value
   */
  constructor(step: number, what: string) {
    super(
      `Cannot continue at step ${step}: ${what}; lower training.learningRate or set training.maxGradNorm`,
    );
    this.name = "NotFiniteError";
  }
}

/**
 * Trains: rate, step, log, evaluate, save. The next batch is arranged while a step runs.
 *
 * @returns where the training stands at the end: all steps done, or those before the signal
 * @throws {NotFiniteError} if loss or gradient stop being finite; nothing is saved of that step
 */
export async function train(options: TrainerOptions): Promise<TrainingProgress> {
  const { executor, schedule, signal } = options;
  const progress: TrainingProgress = { step: 0, lossSum: 0, lossCount: 0, ...options.start };
  const last = Math.min(schedule.totalSteps, options.stopAfter ?? Infinity);
  const count = (last - progress.step) * (options.accumulationSteps ?? 1);
  const feed = new BatchFeed(executor, options.batches(progress.step), count);
  while (progress.step < last && !signal?.aborted) {
    const learningRate = learningRateAt(schedule, progress.step);
    const step = progress.step + 1;
    const { loss, pairs } = await accumulate(feed, options.accumulationSteps ?? 1);
    if (!Number.isFinite(loss)) throw new NotFiniteError(step, `the loss is ${loss}`);
    const gradientNorm = await executor.update({ step, learningRate });
    if (!Number.isFinite(gradientNorm)) {
      throw new NotFiniteError(step, `the gradient's norm is ${gradientNorm}`);
    }
    progress.step = step;
    progress.lossSum += loss;
    progress.lossCount++;
    options.onStep?.({ step, totalSteps: last, loss, pairs });
    const ended = step === last || signal?.aborted;
    if (step === 1 || step % options.logSteps === 0 || ended) {
      await log(options, progress, { learningRate, gradientNorm });
    }
    if (options.evaluate && isDue(step, options.evalSteps) && !ended) {
      await options.evaluate(step, await executor.readTable());
    }
    await saveIfDue(options, progress, last);
  }
  return progress;
}

/** Saves where it is time to; at the end, as before each save, the state must be finite. */
async function saveIfDue(options: TrainerOptions, progress: TrainingProgress, last: number): Promise<void> {
  const { executor, save, saveSteps, signal } = options;
  const { step } = progress;
  const due = save !== undefined && (isDue(step, saveSteps) || signal?.aborted === true);
  if (!due && step < last) return;
  const state = await executor.readState();
  assertFinite(step, { embeddings: state.embeddings, ...state.optimizer });
  if (due && step < last) await save({ ...progress }, state);
}

/** A step may overflow although its loss did not: a checkpoint of it could not be resumed from. */
function assertFinite(step: number, tables: Readonly<Record<string, Float32Array<ArrayBufferLike>>>): void {
  for (const [name, values] of Object.entries(tables)) {
    let zero = 0;
    for (let i = 0; i < values.length; i++) zero += values[i] * 0; // NaN from the first that is not finite
    if (zero !== 0) throw new NotFiniteError(step, `a number of ${name} is not finite`);
  }
}

/** Adds up the gradients of the batches of a step; gives the mean of their losses. */
async function accumulate(feed: BatchFeed, batches: number): Promise<{ loss: number; pairs: number }> {
  let loss = 0;
  let pairs = 0;
  for (let i = 0; i < batches; i++) {
    const found = await feed.accumulateNext();
    loss += found.loss / batches;
    pairs += found.pairs;
  }
  return { loss, pairs };
}

/** Gives an executor one batch after the other; the next is arranged while the gradient of one is computed. */
class BatchFeed {
  readonly #executor: Executor;
  readonly #batches: Iterator<TrainingBatch>;
  #left: number;
  #next: PreparedBatch | undefined;

  constructor(executor: Executor, batches: Iterable<TrainingBatch>, count: number) {
    this.#executor = executor;
    this.#batches = batches[Symbol.iterator]();
    this.#left = count;
    this.#next = this.#prepare();
  }

  async accumulateNext(): Promise<{ loss: number; pairs: number }> {
    const batch = this.#next!;
    const running = this.#executor.accumulate(batch);
    try {
      this.#next = this.#prepare();
    } catch (error) {
      await running.catch(() => undefined);
      throw error;
    }
    return { loss: await running, pairs: batch.pairs };
  }

  #prepare(): PreparedBatch | undefined {
    if (this.#left === 0) return undefined;
    this.#left--;
    const { value, done } = this.#batches.next();
    if (!done) return this.#executor.prepare(value);
    throw new RangeError(
      "Cannot train: the batches ended before the last step; plan as many as there are steps",
    );
  }
}

function isDue(step: number, every: number | null | undefined): boolean {
  return every !== null && every !== undefined && step % every === 0;
}

async function log(
  options: TrainerOptions,
  progress: TrainingProgress,
  last: { learningRate: number; gradientNorm: number },
): Promise<void> {
  if (progress.lossCount === 0) return;
  const loss = progress.lossSum / progress.lossCount;
  progress.lossSum = 0;
  progress.lossCount = 0;
  await options.onLog?.({ step: progress.step, loss, ...last });
}
