import { mixBatches, type Mixing } from "./mixing.ts";
import { noDuplicateBatches } from "./no_duplicates.ts";
import { Random } from "./random.ts";

/** How the rows of a data set are put into batches. */
export type BatchSampler = "noDuplicates" | "batch";

/** What a plan needs to know of a data set. A prepared data set is one. */
export interface BatchSource {
  /** Number of rows. */
  readonly rowCount: number;
  /** One array a text column: the 64-bit hash of row i's text is entries 2i and 2i + 1. */
  readonly hashes: readonly Uint32Array[];
}

/** Rows that are trained on together. */
export interface Batch {
  /** Index of the data set. */
  dataset: number;
  /** Rows of the data set. */
  rows: Uint32Array;
  /** Epoch, from 0. */
  epoch: number;
  /** Step over all epochs, from 0. */
  step: number;
}

/** Options of {@linkcode BatchSequence}. */
export interface BatchSequenceOptions {
  /** Rows a batch, at least 1. The last batches of a data set may be shorter. */
  batchSize: number;
  /** Seed of all random choices, a whole number. */
  seed: number;
  /**
   * Times that the data is gone through, at least 1.
   *
   * @default 1
   */
  epochs?: number;
  /**
   * `noDuplicates`: no text twice in a batch (see {@linkcode noDuplicateBatches}); `batch`: rows as they come.
   *
   * @default "noDuplicates"
   */
  batchSampler?: BatchSampler;
  /**
   * How batches of several data sets follow each other (see {@linkcode mixBatches}).
   *
   * @default "proportional"
   */
  mixing?: Mixing;
}

/**
 * The batches of a whole training run: how many there are is known at once, and they can be had from any step on, the
 * same ones as after going through those before. Every epoch has an order of its own, from the seed and its number.
 *
 * A data set of n rows gives ceil(n / batchSize) batches an epoch. When duplicates hold rows back for longer, these go
 * unused in that epoch ({@linkcode BatchSequence.unusedRows}), as in the reference.
 */
export class BatchSequence {
  /** Steps an epoch. */
  readonly stepsPerEpoch: number;
  /** Steps in all. */
  readonly totalSteps: number;
  /** Batches that every data set has to offer in an epoch. */
  readonly batchCounts: readonly number[];
  readonly #sources: readonly BatchSource[];
  readonly #options: Required<BatchSequenceOptions>;

  /**
   * Plans a run; nothing is drawn yet.
   *
   * @param sources the data sets
   * @throws {RangeError} if the batch size or the number of epochs is not a whole number from 1 on, a data set is empty,
   * or the batch is larger than every data set
   */
  constructor(sources: readonly BatchSource[], options: BatchSequenceOptions) {
    this.#sources = sources;
    this.#options = { epochs: 1, batchSampler: "noDuplicates", mixing: "proportional", ...options };
    checkPlan(sources, this.#options);
    this.batchCounts = sources.map(({ rowCount }) => Math.ceil(rowCount / options.batchSize));
    this.stepsPerEpoch = mixBatches(this.#options.mixing, this.batchCounts, new Random(0)).length;
    this.totalSteps = this.stepsPerEpoch * this.#options.epochs;
  }

  /**
   * The batches from a step on.
   *
   * @param fromStep step over all epochs, from 0
   * @throws {RangeError} if the step is not from 0 to the number of steps
   */
  *iterate(fromStep = 0): Generator<Batch> {
    if (!Number.isInteger(fromStep) || fromStep < 0 || fromStep > this.totalSteps) {
      throw new RangeError(
        `Cannot begin at step ${fromStep}: the plan has ${this.totalSteps} steps; begin within it`,
      );
    }
    for (let epoch = Math.floor(fromStep / this.stepsPerEpoch); epoch < this.#options.epochs; epoch++) {
      let step = epoch * this.stepsPerEpoch;
      for (const { dataset, rows } of this.#iterateEpoch(epoch)) {
        if (step >= fromStep) yield { dataset, rows, epoch, step };
        step++;
      }
    }
  }

  /** Rows of every data set that an epoch leaves out. */
  unusedRows(epoch: number): number[] {
    const unused = this.#sources.map(({ rowCount }) => rowCount);
    for (const { dataset, rows } of this.#iterateEpoch(epoch)) unused[dataset] -= rows.length;
    return unused;
  }

  *#iterateEpoch(epoch: number): Generator<{ dataset: number; rows: Uint32Array }> {
    const random = new Random(this.#options.seed).fork("batches").fork(epoch);
    const samplers = this.#sources.map((source, i) => this.#sample(source, random.fork(`dataset ${i}`)));
    for (const dataset of mixBatches(this.#options.mixing, this.batchCounts, random.fork("mixing"))) {
      // There are at least as many batches as planned: a batch never has more rows than the batch size.
      yield { dataset, rows: samplers[dataset].next().value! };
    }
  }

  #sample(source: BatchSource, random: Random): Generator<Uint32Array> {
    const order = Uint32Array.from({ length: source.rowCount }, (_, i) => i);
    random.shuffle(order);
    const { batchSampler, batchSize } = this.#options;
    return batchSampler === "batch"
      ? consecutiveBatches(order, batchSize)
      : noDuplicateBatches(source.hashes, order, { batchSize });
  }
}

function* consecutiveBatches(order: Uint32Array, batchSize: number): Generator<Uint32Array> {
  for (let at = 0; at < order.length; at += batchSize) yield order.subarray(at, at + batchSize);
}

function checkPlan(
  sources: readonly BatchSource[],
  { batchSize, epochs }: Required<BatchSequenceOptions>,
): void {
  const refuse = (problem: string): never => {
    throw new RangeError(`Cannot plan batches: ${problem}`);
  };
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    refuse(`batch size ${batchSize} is not from 1 on; give a whole number`);
  }
  if (!Number.isInteger(epochs) || epochs < 1) {
    refuse(`${epochs} epochs are not from 1 on; give a whole number`);
  }
  if (sources.length === 0) refuse("there is no data set; give at least one");
  const empty = sources.findIndex(({ rowCount }) => rowCount === 0);
  if (empty >= 0) refuse(`data set ${empty} has no rows; leave it out`);
  const largest = Math.max(...sources.map(({ rowCount }) => rowCount));
  if (batchSize > largest) {
    refuse(
      `batch size ${batchSize} is larger than every data set; the largest has ${largest} rows, lower batchSize`,
    );
  }
}
