import { BatchQueue, type TrainingBatches } from "./_batch_queue.ts";
import { LateStep, MOST_UNREAD } from "./_late_step.ts";
import type { TrainingProgress } from "./checkpoint.ts";
import type { Executor, TrainingState } from "./executor.ts";
import { knownNumber, type LateNumber } from "./late_number.ts";
import { NotFiniteError } from "./not_finite_error.ts";
import { learningRateAt, type ScheduleSpec } from "./schedule.ts";

export type { TrainingBatches } from "./_batch_queue.ts";
export { NotFiniteError } from "./not_finite_error.ts";

/** What the trainer tells after every step. */
export interface StepReport {
  /** Steps done. */
  step: number;
  /** Steps of the whole training. */
  totalSteps: number;
  /** Loss of the step's batch; undefined as long as it is on the device. */
  loss?: number;
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
  /** Seconds since the last record in which there was nothing to do but wait for a batch. */
  waitedSeconds: number;
}

/** Where a training stands when it ends. */
export interface TrainingEnd extends TrainingProgress {
  /** Seconds in which there was nothing to do but wait for a batch; 0 without a clock. */
  waitedSeconds: number;
  /** Whether an evaluation ended it before the last step. */
  isEarly: boolean;
}

/** What a training needs; the callbacks are awaited. */
export interface TrainerOptions {
  /** Carries out the steps. */
  executor: Executor;
  /** The batches from a step on (counted from 0): as many for each step left as `accumulationSteps` says. */
  batches: (fromStep: number) => TrainingBatches;
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
  /** Milliseconds from any fixed moment, by which waiting is measured. @default it is not measured */
  clock?: () => number;
  /** Ends the training after the step under way, or the wait for one; the state is saved first. @default never */
  signal?: AbortSignal;
  /** Writes a checkpoint. */
  save?: (progress: TrainingProgress, state: TrainingState) => Promise<void>;
  /** Scores the table; tells whether to go on. */
  evaluate?: (step: number, table: Float32Array<ArrayBufferLike>) => Promise<boolean>;
  /** Receives log records. */
  onLog?: (record: LogRecord) => Promise<void>;
  /** Called after every step. */
  onStep?: (report: StepReport) => void;
}

/**
 * Trains: rate, step, log, evaluate, save. The next batch is arranged while a step runs. On a device that needs not be
 * waited for, losses are read when a record is due, before anything is saved or scored, and at least every few steps.
 *
 * @returns where the training stands at the end: all steps done, or those before the signal
 * @throws {NotFiniteError} if loss or gradient stop being finite; nothing is saved of that step
 */
export async function train(options: TrainerOptions): Promise<TrainingEnd> {
  const { executor, schedule, clock, signal, accumulationSteps = 1 } = options;
  const { step: first, lossSum, lossCount } = options.start ?? { step: 0, lossSum: 0, lossCount: 0 };
  const progress: TrainingProgress = { step: first, lossSum, lossCount };
  const last = Math.min(schedule.totalSteps, options.stopAfter ?? Infinity);
  const count = Math.max(0, last - first) * accumulationSteps;
  const queue = new BatchQueue(executor, options.batches(first), { count, clock, signal });
  let isEarly = false;
  const unread: LateStep[] = [];
  try {
    while (progress.step < last && !isEarly && !signal?.aborted) {
      const taken = await takeStep(options, queue, progress.step);
      if (taken !== undefined) {
        const step = progress.step = taken.step;
        unread.push(taken);
        const loss = executor.submit === undefined ? await taken.readLoss() : undefined;
        options.onStep?.({ step, totalSteps: last, loss, pairs: taken.pairs });
        const ended = step === last || signal?.aborted === true;
        const isLogged = step === 1 || step % options.logSteps === 0 || ended;
        if (isLogged || needsNumbers(options, step, unread.length)) {
          const gradientNorm = await readSteps(unread, progress);
          const waitedSeconds = isLogged ? queue.takeWaited() / 1000 : 0;
          if (isLogged) await log(options, progress, { ...taken, gradientNorm, waitedSeconds });
        }
        if (options.evaluate && isDue(step, options.evalSteps) && !ended) {
          isEarly = !await options.evaluate(step, await executor.readTable());
        }
      } else await readSteps(unread, progress);
      if (progress.step > first) await saveIfDue(options, progress, last);
    }
  } finally {
    await queue.close();
  }
  return { ...progress, waitedSeconds: queue.waited / 1000, isEarly };
}

/** Carries out a step, or has it carried out; undefined if the signal ended the wait for its batches. */
async function takeStep(
  { executor, schedule, accumulationSteps = 1 }: TrainerOptions,
  queue: BatchQueue,
  done: number,
): Promise<LateStep | undefined> {
  const time = { step: done + 1, learningRate: learningRateAt(schedule, done) };
  const losses: LateNumber[] = [];
  let pairs = 0;
  for (let i = 0; i < accumulationSteps; i++) {
    const found = await queue.submitNext();
    if (found === undefined) return undefined;
    losses.push(found.loss);
    pairs += found.pairs;
  }
  const taken = new LateStep({ ...time, pairs }, losses);
  if (executor.submit === undefined) await taken.readLoss(); // One that is not finite must not move anything.
  taken.norm = await executor.submitUpdate?.(time) ?? knownNumber(await executor.update(time));
  return taken;
}

/** Whether something else than the log needs the numbers of the steps so far: a score, a checkpoint, or a limit. */
function needsNumbers(
  { executor, evalSteps, saveSteps }: TrainerOptions,
  step: number,
  unread: number,
): boolean {
  const most = executor.submit === undefined ? 1 : MOST_UNREAD;
  return unread >= most || isDue(step, evalSteps) || isDue(step, saveSteps);
}

/** Reads the numbers of steps, which are taken out of the list; gives the norm of the last one. */
async function readSteps(unread: LateStep[], progress: TrainingProgress): Promise<number> {
  let norm = 0;
  for (const step of unread.splice(0)) {
    progress.lossSum += await step.readLoss();
    progress.lossCount++;
    norm = await step.readNorm();
  }
  return norm;
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

function isDue(step: number, every: number | null | undefined): boolean {
  return every !== null && every !== undefined && step % every === 0;
}

async function log(
  options: TrainerOptions,
  progress: TrainingProgress,
  { learningRate, gradientNorm, waitedSeconds }: Omit<LogRecord, "step" | "loss">,
): Promise<void> {
  if (progress.lossCount === 0) return;
  const { step } = progress;
  const loss = progress.lossSum / progress.lossCount;
  progress.lossSum = 0;
  progress.lossCount = 0;
  await options.onLog?.({ step, loss, learningRate, gradientNorm, waitedSeconds });
}
