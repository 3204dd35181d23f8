import type { Curriculum } from "./curriculum.ts";
import { type BatchSampler, type DatasetBatch, datasetBatches } from "./_dataset_batches.ts";
import { checkPlan } from "./_check_plan.ts";
import { highestLevel } from "./_highest_level.ts";
import { batchesPerEpoch, mixBatches, type Mixing } from "./mixing.ts";
import { Pace } from "./_pace.ts";
import { Random } from "./random.ts";
import type { RowSource } from "./row_source.ts";

export type { BatchSampler } from "./_dataset_batches.ts";

/** Bytes of rows in memory at a time, all data sets together. */
const TOTAL_BYTES = 512 * 2 ** 20;

/** Bytes of a data set's part at most where not all of it fits: reading a part takes a moment. */
const PART_BYTES = 128 * 2 ** 20;

/** What a plan needs to know of a data set. A prepared data set is one. */
export interface BatchSource {
  /** Number of rows, at most 2^32 - 1. */
  readonly rowCount: number;
  /**
   * Weight of the data set in weighted mixing, above 0.
   *
   * @default 1
   */
  readonly weight?: number;
}

/** Rows that are trained on together. */
export interface Batch extends DatasetBatch {
  /** Index of the data set. */
  dataset: number;
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
   * How batches of several data sets follow each other (see {@linkcode batchesPerEpoch}).
   *
   * @default "proportional"
   */
  mixing?: Mixing;
  /**
   * In which order rows come in by their difficulty; the rows of all sources must then be ranked. Null: all rows from the
   * beginning.
   *
   * @default null
   */
  curriculum?: Curriculum | null;
  /**
   * Bytes of rows in memory at a time, all data sets together; the order of the rows depends on it.
   *
   * @default 536870912
   */
  memory?: number;
}

/**
 * The batches of a whole training run: how many there are is known at once, and they can be had from any step on, the
 * same ones as after going through those before.
 *
 * A data set of n rows is gone through in ceil(n / batchSize) batches, then again in another order, which follows from
 * the seed, its name and the number of the pass. A pass need not end with the epoch: where mixing takes less from a data
 * set, the next epoch goes on with its other rows, and where it takes more, the next pass begins.
 *
 * Data sets that fit into memory together are shuffled as a whole; of larger ones see {@linkcode ShuffledParts}.
 *
 * With a curriculum there are as many batches. A data set's batch k of K, over all epochs, is a random sample of the rows
 * admitted at k / K of the way: those with {@linkcode admittedRows} lowest ranks. In passes that begin after all rows are
 * admitted nothing differs from passes without it.
 */
export class BatchSequence {
  /** Steps an epoch. */
  readonly stepsPerEpoch: number;
  /** Steps in all. */
  readonly totalSteps: number;
  /** Batches that every data set gives in an epoch. */
  readonly batchCounts: readonly number[];
  /** What the plan was made from. */
  readonly datasets: readonly BatchSource[];
  /** How it was made. */
  readonly options: Required<BatchSequenceOptions>;
  readonly #counts: Uint32Array;

  /**
   * Plans a run; nothing is drawn yet.
   *
   * @param datasets the data sets
   * @throws {RangeError} if the batch size or the number of epochs is not a whole number from 1 on, a data set is empty,
   * or the batch is larger than every data set
   */
  constructor(datasets: readonly BatchSource[], options: BatchSequenceOptions) {
    const { batchSize, seed, epochs = 1, batchSampler = "noDuplicates" } = options;
    const { mixing = "proportional", memory = TOTAL_BYTES, curriculum = null } = options;
    this.options = { batchSize, seed, epochs, batchSampler, mixing, memory, curriculum };
    checkPlan(datasets, this.options);
    this.datasets = datasets.map(({ rowCount, weight = 1 }) => ({ rowCount, weight }));
    const mixed = datasets.map(({ rowCount, weight = 1 }) => {
      return { rowCount, weight, batchCount: Math.ceil(rowCount / batchSize) };
    });
    this.#counts = batchesPerEpoch(mixing, mixed);
    this.batchCounts = [...this.#counts];
    this.stepsPerEpoch = this.batchCounts.reduce((a, b) => a + b);
    this.totalSteps = this.stepsPerEpoch * epochs;
  }

  /**
   * The batches from a step on. A batch's window is valid until the next one is asked for.
   *
   * To begin in the middle, the batches of the passes under way are sampled and left out; with the sampler `batch` only
   * the rows from there on are read.
   *
   * @param sources the rows of the data sets, in the order of the plan
   * @param fromStep step over all epochs, from 0
   * @throws {RangeError} if the step is not from 0 to the number of steps, the sources are not those of the plan, or there
   * is a curriculum and their rows are not ranked
   */
  *iterate(sources: readonly RowSource[], fromStep = 0): Generator<Batch> {
    this.#check(sources, fromStep);
    const random = new Random(this.options.seed).fork("batches");
    const orderOf = (epoch: number): Uint32Array =>
      mixBatches(this.options.mixing, this.#counts, random.fork("mixing").fork(epoch));
    let epoch = Math.floor(fromStep / this.stepsPerEpoch);
    let place = fromStep % this.stepsPerEpoch;
    const before = this.#counts.map((count) => count * epoch);
    if (place > 0) orderOf(epoch).subarray(0, place).forEach((dataset) => before[dataset]++);
    const shares = shareMemory(sources, this.options.memory);
    const streams = sources.map((source, i) =>
      datasetBatches(source, {
        ...this.options,
        partBytes: shares[i],
        random: random.fork("dataset").fork(source.name),
        pace: this.#paceOf(i),
      }, before[i])
    );
    for (; epoch < this.options.epochs; epoch++, place = 0) {
      const order = orderOf(epoch);
      for (; place < order.length; place++) {
        const dataset = order[place];
        const batch: DatasetBatch = streams[dataset].next().value;
        yield { ...batch, dataset, epoch, step: epoch * this.stepsPerEpoch + place };
      }
    }
  }

  #paceOf(dataset: number): Pace | undefined {
    const { curriculum, batchSize } = this.options;
    const { rowCount } = this.datasets[dataset];
    const epochBatches = this.batchCounts[dataset];
    return curriculum === null ? undefined : new Pace({ curriculum, rowCount, batchSize, epochBatches });
  }

  #check(sources: readonly RowSource[], fromStep: number): void {
    const unranked = sources.find(({ readRanks }) => readRanks === undefined);
    if (this.options.curriculum !== null && unranked !== undefined) {
      throw new RangeError(
        `Cannot make batches by difficulty: the rows of ${unranked.name} are not ranked; rank them first`,
      );
    }
    if (!Number.isInteger(fromStep) || fromStep < 0 || fromStep > this.totalSteps) {
      throw new RangeError(
        `Cannot begin at step ${fromStep}: the plan has ${this.totalSteps} steps; begin within it`,
      );
    }
    const [there, planned] = [sources, this.datasets].map((each) => {
      return each.map(({ rowCount }) => rowCount).join(", ");
    });
    if (there === planned) return;
    throw new RangeError(
      `Cannot make batches: the data sets have ${there} rows and were planned with ${planned}; give those of the plan`,
    );
  }
}

/** Bytes of a part of every source: small sources are one part, the others share what is left. */
function shareMemory(sources: readonly RowSource[], memory: number): number[] {
  const sizes = sources.map(({ groupBytes }) => groupBytes.reduce((sum, bytes) => sum + bytes, 0));
  const level = highestLevel(sizes, memory);
  return sizes.map((bytes) => bytes <= level ? bytes : Math.min(level, PART_BYTES));
}
