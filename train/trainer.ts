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
export interface TrainerOptions<P extends PreparedBatch = PreparedBatch> {
  /** Carries out the steps. */
  executor: Executor<P>;
  /** The batches from a step on (counted from 0), at least as many as there are steps left. */
  batches: (fromStep: number) => Iterable<TrainingBatch>;
  /** Learning rates, and how many steps there are. */
  schedule: ScheduleSpec;
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
  /** Scores the state. */
  evaluate?: (step: number, state: TrainingState) => Promise<void>;
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
export async function train<P extends PreparedBatch>(options: TrainerOptions<P>): Promise<TrainingProgress> {
  const { executor, schedule, signal } = options;
  const progress: TrainingProgress = { step: 0, lossSum: 0, lossCount: 0, ...options.start };
  const last = schedule.totalSteps;
  const batches = options.batches(progress.step)[Symbol.iterator]();
  let batch = progress.step < last ? nextBatch(executor, batches) : undefined;
  while (batch !== undefined && !signal?.aborted) {
    const learningRate = learningRateAt(schedule, progress.step);
    const step = progress.step + 1;
    const running = executor.step(batch, { step, learningRate });
    const { pairs } = batch;
    batch = step < last ? await whileRunning(running, () => nextBatch(executor, batches)) : undefined;
    const { loss, gradientNorm } = await running;
    if (!Number.isFinite(loss)) throw new NotFiniteError(step, `the loss is ${loss}`);
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
      await options.evaluate(step, await executor.readState());
    }
    if (options.save && (isDue(step, options.saveSteps) || signal?.aborted) && step < last) {
      await options.save({ ...progress }, await executor.readState());
    }
  }
  return progress;
}

function isDue(step: number, every: number | null | undefined): boolean {
  return every !== null && every !== undefined && step % every === 0;
}

function nextBatch<P extends PreparedBatch>(executor: Executor<P>, batches: Iterator<TrainingBatch>): P {
  const { value, done } = batches.next();
  if (done) {
    throw new RangeError(
      "Cannot train: the batches ended before the last step; plan as many as there are steps",
    );
  }
  return executor.prepare(value);
}

/** Does something while a step runs; if that fails, the step is awaited first, so that nothing is left running. */
async function whileRunning<T>(running: Promise<unknown>, work: () => T): Promise<T> {
  try {
    return work();
  } catch (error) {
    await running.catch(() => undefined);
    throw error;
  }
}

async function log<P extends PreparedBatch>(
  options: TrainerOptions<P>,
  progress: TrainingProgress,
  last: { learningRate: number; gradientNorm: number },
): Promise<void> {
  if (progress.lossCount === 0) return;
  const loss = progress.lossSum / progress.lossCount;
  progress.lossSum = 0;
  progress.lossCount = 0;
  await options.onLog?.({ step: progress.step, loss, ...last });
}
