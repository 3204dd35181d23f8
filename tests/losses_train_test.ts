/** Every loss in whole trainings: both executors follow each other, plain and in Matryoshka, and the artifacts build. */
import assert from "node:assert/strict";
import { Random } from "../data/mod.ts";
import {
  BASE_LOSSES,
  buildArtifacts,
  type Executor,
  FusedExecutor,
  GraphExecutor,
  type TrainingBatch,
  type TrainingProblem,
} from "../train/mod.ts";
import { testRuntime } from "./_run_graph.ts";
import { batchOf, DIM, lossOf, taskOf, VOCAB } from "./_test_losses.ts";

const STEPS = 3;

async function trainOn(executor: Executor, batches: readonly TrainingBatch[]): Promise<number[]> {
  const losses: number[] = [];
  for (const [i, batch] of batches.entries()) {
    losses.push(await executor.accumulate(executor.prepare(batch)));
    await executor.update({ step: i + 1, learningRate: 0.05 });
  }
  executor.close();
  return losses;
}

for (const kind of Object.keys(BASE_LOSSES)) {
  for (const inMatryoshka of [false, true]) {
    Deno.test(`${kind}${inMatryoshka ? " in Matryoshka" : ""} trains by kernels and by graphs alike`, async () => {
      const task = taskOf(lossOf(kind, inMatryoshka));
      const problem: TrainingProblem = {
        tasks: [task],
        vocab: VOCAB,
        dim: DIM,
        // Above rounding errors of gradients, by whose sign AdamW would else move a weight.
        optimizer: { kind: "adamw", betas: [0.9, 0.999], epsilon: 1e-2, weightDecay: 0 },
        maxGradNorm: 1,
        schedule: { kind: "constant", learningRate: 0.05, warmupSteps: 0, totalSteps: STEPS },
      };
      assert.ok(Object.keys(buildArtifacts(problem)).includes("training_model.onnx"));
      const random = new Random(21);
      const embeddings = Float32Array.from({ length: VOCAB * DIM }, () => random.normal());
      const batches = Array.from({ length: STEPS }, () => batchOf(task, random));
      const fused = await FusedExecutor.start(problem, testRuntime(), { embeddings }) as Executor;
      const found = await trainOn(fused, batches);
      const expected = await trainOn(
        new GraphExecutor(problem, testRuntime(), { embeddings }) as Executor,
        batches,
      );
      found.forEach((loss, i) => {
        assert.ok(Number.isFinite(loss));
        // Rounding of two orders of summation, carried through two steps.
        assert.ok(
          Math.abs(loss - expected[i]) <= 1e-4 * Math.max(1, Math.abs(expected[i])),
          `${found}, ${expected}`,
        );
      });
    });
  }
}
