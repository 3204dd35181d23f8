import type { Executor, PreparedBatch, TrainingBatch } from "./executor.ts";
import { knownNumber, type LateNumber } from "./late_number.ts";

/** Where batches come from. */
export type TrainingBatches = Iterable<TrainingBatch> | AsyncIterable<TrainingBatch>;

/** Options of {@linkcode BatchQueue}. */
export interface BatchQueueOptions {
  /** How many batches are needed. */
  count: number;
  /** Milliseconds from any fixed moment. @default waiting is not measured */
  clock?: () => number;
  /** Ends the wait for a batch. @default never */
  signal?: AbortSignal;
}

/** Gives an executor one batch after the other; the next is arranged while the gradient of one is computed. */
export class BatchQueue {
  /** Milliseconds in which there was nothing to do but wait for a batch. */
  waited = 0;
  readonly #executor: Executor;
  readonly #batches: Iterator<TrainingBatch> | AsyncIterator<TrainingBatch>;
  readonly #options: BatchQueueOptions;
  readonly #end = (): unknown => this.#batches.return?.();
  #left: number;
  #told = 0;
  #next!: Promise<PreparedBatch | undefined>;

  /** Asks for the first batch. */
  constructor(executor: Executor, batches: TrainingBatches, options: BatchQueueOptions) {
    this.#executor = executor;
    this.#batches = Symbol.asyncIterator in batches
      ? batches[Symbol.asyncIterator]()
      : batches[Symbol.iterator]();
    this.#options = options;
    this.#left = options.count;
    options.signal?.addEventListener("abort", this.#end);
    this.#prepareNext();
  }

  /**
   * Computes the gradient of the next batch, or has the device compute it; gives its loss and rows, or undefined if the
   * signal ended the wait for it.
   *
   * @throws {RangeError} if there is none
   */
  async submitNext(): Promise<{ loss: LateNumber; pairs: number } | undefined> {
    const { clock = () => 0 } = this.#options;
    const start = clock();
    const batch = await this.#next;
    this.waited += clock() - start;
    if (batch === undefined) return undefined;
    const running = this.#submit(batch);
    this.#prepareNext();
    return { loss: await running, pairs: batch.pairs };
  }

  /** Milliseconds of waiting since this was last asked. */
  takeWaited(): number {
    const since = this.waited - this.#told;
    this.#told = this.waited;
    return since;
  }

  /** Asks for no more batches, and gives back the one that is being arranged. */
  async close(): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#end);
    await this.#end();
    const left = await this.#next.catch(() => undefined);
    if (left !== undefined) await this.#executor.discard?.(left);
  }

  async #submit(batch: PreparedBatch): Promise<LateNumber> {
    const executor = this.#executor;
    return await executor.submit?.(batch) ?? knownNumber(await executor.accumulate(batch));
  }

  #prepareNext(): void {
    this.#next = this.#prepare();
    this.#next.catch(() => undefined); // whoever asks for the batch hears of it
  }

  async #prepare(): Promise<PreparedBatch | undefined> {
    if (this.#left === 0) return undefined;
    this.#left--;
    const { value, done } = await this.#batches.next();
    if (!done) return this.#executor.prepare(value);
    if (this.#options.signal?.aborted) return undefined;
    throw new RangeError(
      "Cannot train: the batches ended before the last step; plan as many as there are steps",
    );
  }
}
