import { BatchFeed, type BatchSequence, type FedBatch, type FeedSource, Random } from "../data/mod.ts";
import { drawSizeWeights, type TrainingBatch } from "../train/mod.ts";
import type { LossGuide } from "./_loss_guide.ts";
import type { TrainingTasks } from "./_training_tasks.ts";

/** The end of a pass over a data set. */
export interface PassEnd {
  /** Place of the data set. */
  dataset: number;
  /** Pass, from 0. */
  pass: number;
  /** Rows that it left out because their texts were in every batch that had room. */
  unusedRows: number;
  /** Number of its last batch, from 0. */
  batch: number;
}

/** What the batches of a run are made of. */
export interface BatchSupply {
  /** Where the rows of the data sets are. */
  sources: readonly FeedSource[];
  /** Their batches. */
  sequence: BatchSequence;
  /** What each is trained on. */
  training: TrainingTasks;
  /** Their guides. */
  guides: readonly (LossGuide | undefined)[];
  /** Seed of the recipe. */
  seed: number;
  /** Rows of the embedding table. */
  vocab: number;
  /** Hears of every pass that ends. */
  onPass?: (end: PassEnd) => Promise<void>;
}

/**
 * The batches of a run from a step on: token ids and their plan, made ahead by a thread; labels, the guide's vectors, and
 * the Matryoshka sizes that each draws by seed and number, so that a resumed run draws the same. Token ids and plan are
 * valid until the next batch is asked for, all else for good. The iteration must be ended or gone through, or the thread
 * goes on.
 *
 * @param first number of the first batch, from 0
 */
export function trainingBatches(supply: BatchSupply, first: number): AsyncIterableIterator<TrainingBatch> {
  const feed = new BatchFeed({ ...supply, from: first });
  return {
    async next() {
      const fed = await feed.next();
      if (fed === undefined) {
        feed.close();
        return { done: true, value: undefined };
      }
      const { dataset, pass, unusedRows, step } = fed;
      if (unusedRows !== undefined) await supply.onPass?.({ dataset, pass, unusedRows, batch: step });
      return { done: false, value: await trainingBatch(supply, fed) };
    },
    return() {
      feed.close();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function trainingBatch(
  { training, guides, seed }: BatchSupply,
  { dataset, step, columns, plan, labels }: FedBatch,
): Promise<TrainingBatch> {
  const task = training.taskOf[dataset];
  const random = new Random(seed).fork("sizes").fork(step);
  return {
    task,
    columns,
    plan,
    // A copy: the next batch is made in the same memory while this one's loss is computed.
    labels: training.tasks[task].labels ? labels?.slice() : undefined,
    guides: await guides[dataset]?.vectors(columns),
    sizeWeights: drawSizeWeights(training.tasks[task].loss, () => random.nextFloat()),
  };
}
