import type { TrainerOptions } from "../train/mod.ts";
import { type PassEnd, trainingBatches } from "./_batches.ts";
import type { Run } from "./_stage.ts";

/** The batches from a step on; what is told of passes goes to `onPass`. */
export function batchesOf(run: Run, onPass?: (end: PassEnd) => Promise<void>): TrainerOptions["batches"] {
  const { recipe: { seed, training }, tokenizer: { vocabSize: vocab } } = run;
  const sources = run.datasets.map(({ store }) => ({ kind: "store" as const, spec: store }));
  return (fromStep) =>
    trainingBatches({ ...run, sources, seed, vocab, onPass }, fromStep * training.accumulationSteps);
}
