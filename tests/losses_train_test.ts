/** Every loss in whole trainings: both executors follow each other, plain and in Matryoshka, and the artifacts build. */
import assert from "node:assert/strict";
import { Random } from "../data/mod.ts";
import { resolveRecipe } from "../recipes/mod.ts";
import {
  BASE_LOSSES,
  buildArtifacts,
  type Executor,
  FusedExecutor,
  GraphExecutor,
  type GraphSpec,
  labelWidths,
  lossRequirements,
  type LossSpec,
  type TrainingBatch,
  type TrainingProblem,
} from "../train/mod.ts";
import { testRuntime } from "./_run_graph.ts";

const DIM = 8;
const VOCAB = 40;
const ROWS = 12;
const GUIDE_DIM = 3;
const STEPS = 3;

/** A loss with the defaults of a recipe, alone or in Matryoshka. */
function lossOf(kind: string, inMatryoshka: boolean): LossSpec {
  const inner = { kind, ...(kind.toLowerCase().includes("gist") ? { guide: "given" } : {}) };
  const loss = inMatryoshka ? { kind: "matryoshka", loss: inner, dims: [4, DIM] } : inner;
  const datasets = { pairs: { source: "pairs.jsonl" } };
  const training = { learningRate: 0.1 };
  return resolveRecipe({ name: "loss", tokenizer: "t.json", model: { dim: DIM }, datasets, loss, training })
    .loss;
}

function taskOf(loss: LossSpec): GraphSpec {
  const { minColumns, labelKind, guide } = lossRequirements(loss);
  const columns = labelKind === "margins" || labelKind === "scores" ? 3 : minColumns;
  const labels = labelWidths(loss, columns, DIM)[0];
  return { loss, dim: DIM, columns, labels, guideDim: guide ? GUIDE_DIM : undefined };
}

function batchOf({ loss, columns, labels }: GraphSpec, random: Random): TrainingBatch {
  const { labelKind, guide } = lossRequirements(loss);
  const bags = () => {
    const offsets = Int32Array.from({ length: ROWS + 1 }, (_, i) => 3 * i);
    return { ids: Int32Array.from({ length: 3 * ROWS }, () => random.below(VOCAB)), offsets };
  };
  const label = (_: unknown, i: number): number => {
    if (labelKind === "class") return i % 3;
    if (labelKind === "binary") return i % 2;
    return random.nextFloat();
  };
  const floats = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
  return {
    task: 0,
    columns: Array.from({ length: columns }, bags),
    labels: labels ? Float32Array.from({ length: ROWS * Number(labels) }, label) : undefined,
    guides: guide ? Array.from({ length: columns }, () => floats(ROWS * GUIDE_DIM)) : undefined,
  };
}

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
