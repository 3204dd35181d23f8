import {
  type BatchSequence,
  collateBatch,
  CollateBuffers,
  type PreparedDataset,
  Random,
} from "../data/mod.ts";
import { drawSizeWeights, type TrainingBatch } from "../train/mod.ts";
import type { Guide } from "./_guide.ts";
import type { TrainingTasks } from "./_training_tasks.ts";

/** What the batches of a run are made of. */
export interface BatchSupply {
  /** The data sets. */
  datasets: readonly PreparedDataset[];
  /** Their batches. */
  sequence: BatchSequence;
  /** What each is trained on. */
  training: TrainingTasks;
  /** Their guides. */
  guides: readonly (Guide | undefined)[];
  /** Seed of the recipe. */
  seed: number;
}

/**
 * The batches of a run from a step on: token ids, labels, the guide's vectors, and the Matryoshka sizes that each draws
 * by seed and number, so that a resumed run draws the same. Token ids are valid until the next batch is asked for, all
 * else for good.
 *
 * @param first number of the first batch, from 0
 */
export function* trainingBatches(
  { datasets, sequence, training, guides, seed }: BatchSupply,
  first: number,
): Generator<TrainingBatch> {
  const buffers = new CollateBuffers();
  for (const { dataset, rows, step } of sequence.iterate(first)) {
    const task = training.taskOf[dataset];
    const { columns, labels } = collateBatch(datasets[dataset], rows, buffers);
    const random = new Random(seed).fork("sizes").fork(step);
    yield {
      task,
      columns,
      // A copy: the next batch is made in the same memory while this one's loss is computed.
      labels: training.tasks[task].labels ? labels?.slice() : undefined,
      guides: guides[dataset]?.vectors(columns),
      sizeWeights: drawSizeWeights(training.tasks[task].loss, () => random.nextFloat()),
    };
  }
}
