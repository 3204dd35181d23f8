import assert from "node:assert/strict";
import { BatchSequence } from "../data/mod.ts";
import type { TokenBags } from "../text/mod.ts";
import type { TrainingBatch } from "../train/mod.ts";
import { type BatchSupply, trainingBatches } from "./_batches.ts";
import type { Guide } from "./_guide.ts";
import { minimalRecipe } from "./_minimal_recipe.ts";
import { countingTexts, datasetOf } from "./_test_datasets.ts";
import { trainingTasks } from "./_training_tasks.ts";
import { coSent, gist, matryoshka, multipleNegativesRanking } from "./mod.ts";
import { resolveRecipe } from "./resolve.ts";

const SIZES = [8, 16, 32, 64];

const recipe = resolveRecipe({
  ...minimalRecipe(),
  datasets: {
    pairs: { source: "pairs.csv" },
    scored: { source: "scored.csv", loss: coSent() },
    guided: { source: "guided.csv", loss: gist({ guide: "guide" }) },
  },
  loss: matryoshka(multipleNegativesRanking(), { dims: SIZES, dimsPerStep: 2 }),
});

/** Row i of a data set has the anchor (i, i + 1), so that a batch tells its rows; its label is i. */
const datasets = [
  datasetOf("pairs", [countingTexts(20), countingTexts(20, 100)], Array.from({ length: 20 }, () => -1)),
  datasetOf("scored", [countingTexts(13), countingTexts(13, 100)], Array.from({ length: 13 }, (_, i) => i)),
  datasetOf("guided", [countingTexts(9), countingTexts(9, 100)]),
];

/** Stands for a model: a text's vector is its first token and its number of tokens. */
const guide = {
  dim: 2,
  vectors: (columns: readonly TokenBags[]) =>
    columns.map(({ ids, offsets }) =>
      Float32Array.from({ length: 2 * (offsets.length - 1) }, (_, i) => {
        const text = i >> 1;
        return i % 2 === 0 ? ids[offsets[text]] : offsets[text + 1] - offsets[text];
      })
    ),
} as unknown as Guide;

const guides = [undefined, undefined, guide];

function supplyOf(seed: number): BatchSupply {
  const sequence = new BatchSequence(datasets, { batchSize: 4, seed, epochs: 3 });
  const training = trainingTasks(recipe, datasets, guides.map((each) => each?.dim));
  return { datasets, sequence, training, guides, seed };
}

/** A copy, since the next batch may be written over the token ids of one. */
function copyOf(batch: TrainingBatch): TrainingBatch {
  return structuredClone(batch);
}

function collect(seed: number, first = 0): TrainingBatch[] {
  return Array.from(trainingBatches(supplyOf(seed), first), copyOf);
}

/** Rows of a batch of {@link countingTexts}. */
function rowsOf({ columns: [{ ids, offsets }] }: TrainingBatch): number[] {
  return [...offsets.slice(0, -1)].map((at) => ids[at]);
}

Deno.test("trainingBatches gives each batch its task, and labels and guide's vectors where the loss reads them", () => {
  const batches = collect(3);
  const { sequence, training } = supplyOf(3);
  assert.equal(batches.length, sequence.totalSteps);
  assert.deepEqual(training.taskOf, [0, 1, 2]);
  const planned = [...sequence.iterate()];
  for (const [i, batch] of batches.entries()) {
    const { dataset, rows } = planned[i];
    assert.equal(batch.task, training.taskOf[dataset]);
    assert.deepEqual(rowsOf(batch), [...rows]);
    assert.deepEqual(batch.labels, dataset === 1 ? Float32Array.from(rows) : undefined);
    const vectors = (first: number): Float32Array =>
      Float32Array.from([...rows].flatMap((row) => [first + row, 2]));
    assert.deepEqual(batch.guides, dataset === 2 ? [vectors(0), vectors(100)] : undefined);
    assert.equal(batch.sizeWeights !== undefined, dataset === 0);
  }
  assert.deepEqual(new Set(batches.map(({ task }) => task)).size, 3);
});

Deno.test("trainingBatches from a step on are those that a run from the start has there, sizes included", () => {
  const whole = collect(3);
  for (const first of [1, 7, whole.length]) assert.deepEqual(collect(3, first), whole.slice(first));
  assert.notDeepEqual(collect(4), whole);
});

Deno.test("trainingBatches draws so many sizes for every batch, not the same ones, by the seed", () => {
  const sizes = (seed: number): string[] =>
    collect(seed).flatMap(({ sizeWeights }) => sizeWeights === undefined ? [] : [[...sizeWeights].join()]);
  const drawn = sizes(3);
  assert.equal(drawn.length, 15);
  for (const weights of drawn) assert.match(weights, /^(?=.*1.*1)[01](,[01]){3}$/);
  assert.ok(new Set(drawn).size >= 4, "15 draws of 6 pairs");
  assert.notDeepEqual(sizes(4), drawn);
});

Deno.test("the labels and vectors of a batch stay while the next one is made, which happens while it is in use", () => {
  const [{ sequence }, batches] = [supplyOf(3), trainingBatches(supplyOf(3), 0)];
  const kept = Array.from(batches, ({ labels, guides }) => ({ labels, guides }));
  for (const [i, { dataset, rows }] of [...sequence.iterate()].entries()) {
    if (dataset === 1) assert.deepEqual(kept[i].labels, Float32Array.from(rows), `batch ${i}`);
    if (dataset === 2) assert.deepEqual([...kept[i].guides![0]].filter((_, at) => at % 2 === 0), [...rows]);
  }
});
