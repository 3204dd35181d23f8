/** Losses computed some rows at a time give what the whole batch gives, for every size of chunk. */
import assert from "node:assert/strict";
import { Random } from "../data/mod.ts";
import { countLiveTensors } from "../runtime/mod.ts";
import {
  ChunkedLoss,
  type GraphSpec,
  type HardnessMode,
  type LossSpec,
  type PooledBatch,
  type RankingDirection,
  WholeLoss,
} from "../train/mod.ts";
import { relativeError, testRuntime } from "./_run_graph.ts";
import golden from "../fixtures/train/losses.json" with { type: "json" };

const DIM = 16;
const PAIRS = 11;
const GUIDE_DIM = 5;

interface RankingCase {
  directions: RankingDirection[];
  partitionMode?: "joint" | "perDirection";
  hardnessMode?: HardnessMode;
}

function ranking({ directions, partitionMode = "joint", hardnessMode }: RankingCase) {
  const hardness = {
    hardnessMode: hardnessMode ?? null,
    hardnessStrength: hardnessMode === undefined ? 0 : 5,
  };
  return {
    kind: "cachedMultipleNegativesRanking",
    scale: 20,
    directions,
    partitionMode,
    ...hardness,
    chunkSize: 4,
  } as const;
}

function gist(contrast: boolean) {
  return {
    kind: "cachedGist",
    guide: "given",
    temperature: 0.05,
    marginStrategy: "relative",
    margin: 0.05,
    contrastAnchors: contrast,
    contrastPositives: contrast,
    chunkSize: 4,
  } as const;
}

function inMatryoshka(loss: ReturnType<typeof ranking> | ReturnType<typeof gist>): LossSpec {
  return { kind: "matryoshka", loss, dims: [4, 8, DIM], weights: [1, 0.5, 2] };
}

const ALL: RankingDirection[] = ["queryToDoc", "queryToQuery", "docToQuery", "docToDoc"];

const CASES: { name: string; loss: LossSpec; columns: number }[] = [
  { name: "one direction", loss: ranking({ directions: ["queryToDoc"] }), columns: 2 },
  { name: "one direction, negatives", loss: ranking({ directions: ["queryToDoc"] }), columns: 4 },
  { name: "all directions, negatives", loss: ranking({ directions: ALL }), columns: 3 },
  {
    name: "a softmax for each direction",
    loss: ranking({ directions: ["queryToDoc", "docToQuery"], partitionMode: "perDirection" }),
    columns: 2,
  },
  {
    name: "hardness",
    loss: ranking({ directions: ["queryToDoc"], hardnessMode: "allNegatives" }),
    columns: 3,
  },
  { name: "Matryoshka", loss: inMatryoshka(ranking({ directions: ["queryToDoc"] })), columns: 2 },
  { name: "Matryoshka, all directions", loss: inMatryoshka(ranking({ directions: ALL })), columns: 3 },
  { name: "GIST", loss: gist(true), columns: 3 },
  { name: "GIST in Matryoshka", loss: inMatryoshka(gist(false)), columns: 2 },
];

function randomBatch(columns: number, guided: boolean): PooledBatch {
  const random = new Random(4);
  const floats = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
  const size = columns * PAIRS * DIM;
  const guides = Array.from({ length: columns }, () => floats(PAIRS * GUIDE_DIM));
  return {
    pairs: PAIRS,
    pooled: floats(size),
    gradients: new Float32Array(size),
    extras: { guides: guided ? guides : undefined },
  };
}

for (const { name, loss, columns } of CASES) {
  Deno.test(`chunked ${name}: the same loss and gradients for every size of chunk`, async () => {
    const guided = JSON.stringify(loss).includes("Gist");
    const spec: GraphSpec = { loss, dim: DIM, columns, labels: 0, guideDim: guided ? GUIDE_DIM : undefined };
    const before = countLiveTensors();
    const batch = randomBatch(columns, guided);
    const whole = new WholeLoss(testRuntime(), spec);
    const expected = await whole.run(batch);
    whole.release();
    const gradients = [...batch.gradients];
    assert.ok(gradients.some((x) => x !== 0));
    for (const chunkSize of [1, 2, 4, 10, 11, 64]) {
      const chunked = new ChunkedLoss(testRuntime(), spec, chunkSize);
      batch.gradients.fill(NaN);
      const found = await chunked.run(batch);
      chunked.release();
      // The same float32 operations in another order of summation.
      assert.ok(
        relativeError([found], [expected]) < 1e-5,
        `chunks of ${chunkSize}: ${found}, not ${expected}`,
      );
      const error = relativeError([...batch.gradients], gradients);
      assert.ok(error < 1e-5, `chunks of ${chunkSize}: gradients off by ${error}`);
    }
    assert.equal(countLiveTensors(), before);
  });
}

Deno.test("chunked over more rows than are cut into blocks at a time", async () => {
  const pairs = 4100;
  const dim = 4;
  const random = new Random(8);
  const pooled = Float32Array.from({ length: 2 * pairs * dim }, () => random.normal());
  const loss = ranking({ directions: ["queryToDoc"] });
  const spec: GraphSpec = {
    loss: { kind: "matryoshka", loss, dims: [2, dim], weights: null },
    dim,
    columns: 2,
    labels: 0,
  };
  const results: { loss: number; gradients: number[] }[] = [];
  for (const runner of [new WholeLoss(testRuntime(), spec), new ChunkedLoss(testRuntime(), spec, 1024)]) {
    const gradients = new Float32Array(pooled.length);
    const value = await runner.run({ pairs, pooled, gradients, extras: {} });
    runner.release();
    results.push({ loss: value, gradients: [...gradients] });
  }
  assert.ok(relativeError([results[1].loss], [results[0].loss]) < 1e-5);
  // Sums of 4,100 terms in another order.
  assert.ok(relativeError(results[1].gradients, results[0].gradients) < 5e-5);
});

Deno.test("the golden cached loss holds for every size of chunk", async () => {
  const found = (golden.cases as unknown as GoldenCase[]).filter(({ name }) => name.startsWith("Cached"));
  assert.equal(found.length, 1);
  const [{ params, dim, batch: pairs, columns, loss: expected, grads }] = found;
  const loss = { ...ranking({ directions: ["queryToDoc"] }), scale: params.scale };
  const pooled = Float32Array.from(columns.flat(2));
  const batch = { pairs, pooled, gradients: new Float32Array(pooled.length), extras: {} };
  for (let chunkSize = 1; chunkSize <= pairs + 1; chunkSize++) {
    const spec = { loss, dim, columns: columns.length, labels: 0 };
    const chunked = new ChunkedLoss(testRuntime(), spec, chunkSize);
    const value = await chunked.run(batch);
    chunked.release();
    assert.ok(relativeError([value], [expected]) < 1e-5, `chunks of ${chunkSize}: ${value}, not ${expected}`);
    assert.ok(relativeError([...batch.gradients], grads.flat(2)) < 1e-5, `chunks of ${chunkSize}`);
  }
});

interface GoldenCase {
  name: string;
  params: { scale: number };
  dim: number;
  batch: number;
  columns: number[][][];
  loss: number;
  grads: number[][][];
}

Deno.test("a chunked loss refuses a guide with another number of rows", async () => {
  const spec: GraphSpec = { loss: gist(true), dim: DIM, columns: 2, labels: 0, guideDim: GUIDE_DIM };
  const batch = randomBatch(2, true);
  const guides = batch.extras.guides!.map((guide) => guide.subarray(1));
  const chunked = new ChunkedLoss(testRuntime(), spec, 4);
  await assert.rejects(chunked.run({ ...batch, extras: { guides } }), {
    name: "RangeError",
    message: /^Cannot compute the loss: the guide's vectors are 54 numbers for a batch of 11 rows; /,
  });
  chunked.release();
});
