import assert from "node:assert/strict";
import { BatchSequence, windowSource } from "../data/mod.ts";
import type { TokenBags } from "../text/mod.ts";
import type { TrainingBatch } from "../train/mod.ts";
import { type BatchSupply, type PassEnd, trainingBatches } from "./_batches.ts";
import type { LossGuide } from "./_loss_guide.ts";
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
const sources = datasets.map(({ name, window }) => ({ kind: "window" as const, name, window }));

/** Stands for a model: a text's vector is its first token and its number of tokens. */
const guide: LossGuide = {
  dim: 2,
  vectors: (columns: readonly TokenBags[]) =>
    columns.map(({ ids, offsets }) =>
      Float32Array.from({ length: 2 * (offsets.length - 1) }, (_, i) => {
        const text = i >> 1;
        return i % 2 === 0 ? ids[offsets[text]] : offsets[text + 1] - offsets[text];
      })
    ),
  dispose: () => {},
};

const guides = [undefined, undefined, guide];

function supplyOf(seed: number): BatchSupply {
  const sequence = new BatchSequence(datasets, { batchSize: 4, seed, epochs: 3 });
  const training = trainingTasks(recipe, datasets, guides.map((each) => each?.dim));
  return { sources, sequence, training, guides, seed, vocab: 200 };
}

/** A copy, since the next batch may be written over the token ids and the plan of one. */
function copyOf(batch: TrainingBatch): TrainingBatch {
  const { plan, columns, ...rest } = batch;
  const arrays = Object.entries(plan!).map((
    [name, value],
  ) => [name, ArrayBuffer.isView(value) ? [...value as Int32Array] : value]);
  const texts = columns.map(({ ids, offsets }) => ({ ids: ids.slice(), offsets: offsets.slice() }));
  return { ...structuredClone(rest), columns: texts, plan: Object.fromEntries(arrays) };
}

/** What a run's batches are planned as. */
interface Planned {
  dataset: number;
  rows: number[];
}

function plannedOf({ sequence }: BatchSupply): Planned[] {
  const opened = sources.map(({ name, window }) => windowSource(name, window));
  return Array.from(sequence.iterate(opened), ({ dataset, rows }) => ({ dataset, rows: [...rows] }));
}

async function collect(seed: number, first = 0): Promise<TrainingBatch[]> {
  return await Array.fromAsync(trainingBatches(supplyOf(seed), first), copyOf);
}

/** Rows of a batch of {@link countingTexts}. */
function rowsOf({ columns: [{ ids, offsets }] }: TrainingBatch): number[] {
  return [...offsets.slice(0, -1)].map((at) => ids[at]);
}

Deno.test("trainingBatches gives each batch its task, and labels and guide's vectors where the loss reads them", async () => {
  const batches = await collect(3);
  const { sequence, training } = supplyOf(3);
  assert.equal(batches.length, sequence.totalSteps);
  assert.deepEqual(training.taskOf, [0, 1, 2]);
  const planned = plannedOf(supplyOf(3));
  for (const [i, batch] of batches.entries()) {
    const { dataset, rows } = planned[i];
    assert.equal(batch.task, training.taskOf[dataset]);
    assert.deepEqual(rowsOf(batch), rows);
    assert.deepEqual(batch.labels, dataset === 1 ? Float32Array.from(rows) : undefined);
    const vectors = (first: number): Float32Array =>
      Float32Array.from([...rows].flatMap((row) => [first + row, 2]));
    assert.deepEqual(batch.guides, dataset === 2 ? [vectors(0), vectors(100)] : undefined);
    assert.equal(batch.sizeWeights !== undefined, dataset === 0);
  }
  assert.deepEqual(new Set(batches.map(({ task }) => task)).size, 3);
});

Deno.test("trainingBatches from a step on are those that a run from the start has there, sizes included", async () => {
  const whole = await collect(3);
  for (const first of [1, 7, whole.length]) assert.deepEqual(await collect(3, first), whole.slice(first));
  assert.notDeepEqual(await collect(4), whole);
});

Deno.test("trainingBatches draws so many sizes for every batch, not the same ones, by the seed", async () => {
  const sizes = async (seed: number): Promise<string[]> =>
    (await collect(seed)).flatMap(({ sizeWeights }) =>
      sizeWeights === undefined ? [] : [[...sizeWeights].join()]
    );
  const drawn = await sizes(3);
  assert.equal(drawn.length, 15);
  for (const weights of drawn) assert.match(weights, /^(?=.*1.*1)[01](,[01]){3}$/);
  assert.ok(new Set(drawn).size >= 4, "15 draws of 6 pairs");
  assert.notDeepEqual(await sizes(4), drawn);
});

Deno.test("the labels and vectors of a batch stay while the next one is made, which happens while it is in use", async () => {
  const batches = trainingBatches(supplyOf(3), 0);
  const kept = await Array.fromAsync(batches, ({ labels, guides }) => ({ labels, guides }));
  for (const [i, { dataset, rows }] of plannedOf(supplyOf(3)).entries()) {
    if (dataset === 1) assert.deepEqual(kept[i].labels, Float32Array.from(rows), `batch ${i}`);
    if (dataset === 2) assert.deepEqual([...kept[i].guides![0]].filter((_, at) => at % 2 === 0), rows);
  }
});

Deno.test("trainingBatches tells of the end of every pass with the rows that it left out", async () => {
  const ends: PassEnd[] = [];
  const supply = { ...supplyOf(3), onPass: (end: PassEnd) => Promise.resolve(void ends.push(end)) };
  for await (const _ of trainingBatches(supply, 0));
  const planned = plannedOf(supply);
  assert.equal(ends.length, 9);
  for (const { dataset, pass, unusedRows, batch } of ends) {
    assert.equal(planned[batch].dataset, dataset);
    const before = planned.slice(0, batch + 1).filter((each) => each.dataset === dataset);
    const used = before.reduce((sum, { rows }) => sum + rows.length, 0);
    const { rowCount } = datasets[dataset];
    const left = ends.filter((end) => end.dataset === dataset && end.pass <= pass);
    assert.equal(used, (pass + 1) * rowCount - left.reduce((sum, end) => sum + end.unusedRows, 0));
    assert.ok(unusedRows >= 0);
  }
});

Deno.test("trainingBatches ended before its last batch ends its thread, also in a wait", async () => {
  for await (const _ of trainingBatches(supplyOf(3), 0)) break;
  const batches = trainingBatches(supplyOf(3), 0);
  const waiting = batches.next();
  await batches.return!();
  assert.deepEqual(await waiting, { done: true, value: undefined });
});
