/** Every loss by finite differences on seeded input, and on degenerate input, through the real runtime. */
import assert from "node:assert/strict";
import { BASE_LOSSES, type BaseLossSpec, lossRequirements, type LossSpec } from "../train/mod.ts";
import {
  classLabels,
  labelInput,
  loadLoss,
  type LossCaseInputs,
  lossResult,
  randomRows,
  type Rows,
} from "./_loss_case.ts";
import { relativeError, testRandom } from "./_run_graph.ts";

/**
 * One of each kind, at options where the loss is neither saturated nor at a kink of the input below: temperatures and
 * scales near 1 keep third derivatives small, margins are such that some hinges are open and some are closed.
 */
const SPECS: readonly BaseLossSpec[] = [
  {
    kind: "multipleNegativesRanking",
    scale: 3,
    directions: ["queryToDoc", "queryToQuery", "docToQuery", "docToDoc"],
    partitionMode: "joint",
  },
  { kind: "multipleNegativesSymmetricRanking", scale: 3 },
  {
    kind: "cachedMultipleNegativesRanking",
    scale: 3,
    directions: ["queryToDoc"],
    partitionMode: "joint",
    chunkSize: 2,
  },
  ...(["gist", "cachedGist"] as const).map((kind) => ({
    kind,
    guide: "given by the case",
    temperature: 0.3,
    marginStrategy: "relative" as const,
    margin: 0.1,
    contrastAnchors: true,
    contrastPositives: true,
    chunkSize: 2,
  })),
  { kind: "megaBatchMargin", positiveMargin: 0.8, negativeMargin: 0.2 },
  { kind: "triplet", distance: "euclidean", margin: 1 },
  { kind: "triplet", distance: "manhattan", margin: 1 },
  { kind: "triplet", distance: "cosine", margin: 0.3 },
  { kind: "coSent", scale: 2 },
  { kind: "anglE", scale: 2 },
  { kind: "cosineSimilarity" },
  { kind: "contrastive", distance: "cosine", margin: 1.1, reduction: "mean" },
  { kind: "contrastive", distance: "euclidean", margin: 4, reduction: "sum" },
  { kind: "onlineContrastive", distance: "cosine", margin: 1.1 },
  { kind: "batchHardTriplet", distance: "euclidean", margin: 0.5 },
  { kind: "batchHardTriplet", distance: "cosine", margin: "soft" },
  { kind: "batchSemiHardTriplet", distance: "euclidean", margin: 0.5 },
  { kind: "batchAllTriplet", distance: "cosine", margin: 0.4 },
  { kind: "marginMse", similarity: "dot" },
  { kind: "distillKlDiv", similarity: "cosine", studentTemperature: 0.5, teacherTemperature: 2 },
  { kind: "mse" },
  { kind: "embedDistill", distance: "cosine" },
  { kind: "embedDistill", distance: "l2" },
  { kind: "teacherContrast", scale: 3, symmetric: false },
  { kind: "teacherContrast", scale: 3, symmetric: true },
  { kind: "globalOrthogonalRegularization", meanWeight: 1, secondMomentWeight: 1, aggregation: "mean" },
];

const DIM = 6;

/** Input that fits what a loss needs: random embeddings of some rows, labels and guides. */
function inputsFor(spec: LossSpec, rows: number, seed: number): LossCaseInputs & { columns: Rows[] } {
  const needs = lossRequirements(spec);
  const random = testRandom(seed);
  const count = Math.min(Math.max(needs.minColumns, needs.maxColumns > 2 ? 3 : 1), needs.maxColumns);
  const columns = Array.from({ length: count }, (_, c) => randomRows(rows, DIM, 10 * seed + c));
  const guides = needs.guide ? columns.map((_, c) => randomRows(rows, 4, 10 * seed + 5 + c)) : undefined;
  const byKind = {
    score: () => columns[0].map(random),
    similarity: () => columns[0].map(() => 2 * random() - 1),
    binary: () => columns[0].map((_, i) => i % 2),
    class: () => classLabels(rows, 3),
    margins: () => randomRows(rows, count - 2, seed + 1).flat(),
    scores: () => randomRows(rows, count - 1, seed + 1),
    vector: () => randomRows(rows, DIM, seed + 1),
  };
  const labels = needs.labels ? byKind[needs.labelKind ?? "score"]() : undefined;
  return { columns, guides, labels: labelInput(labels) };
}

function matryoshkaOf(loss: BaseLossSpec): LossSpec {
  return { kind: "matryoshka", loss, dims: [3, 4, DIM], weights: [1, 0.5, 2] };
}

Deno.test("every loss has a case of finite differences", () => {
  const kinds = new Set<string>(SPECS.map(({ kind }) => kind));
  assert.deepEqual(Object.keys(BASE_LOSSES).filter((kind) => !kinds.has(kind)), []);
});

for (const spec of SPECS) {
  for (const loss of [spec, matryoshkaOf(spec)]) {
    const name = `${loss.kind === "matryoshka" ? "matryoshka of " : ""}${JSON.stringify(spec)}`;
    Deno.test(`gradients of ${name} agree with finite differences`, async () => {
      const inputs = inputsFor(loss, 6, 4);
      const loaded = loadLoss(loss, inputs);
      try {
        const { gradients } = await loaded.run(inputs.columns);
        const expected = await finiteDifferences(loaded.run, inputs.columns);
        // Central differences in float32 with step 1e-3 lose about 1e-7 / 1e-3 = 1e-4 of the loss, and their own error
        // is step^2 / 6 times the third derivative: together below 1e-2 of the largest slope here. The seed is one at
        // which no hinge opens and no order changes within a step, where there is no slope to compare with.
        const error = relativeError(gradients.flat(), expected.flat());
        assert.ok(error < 1e-2, `relative error ${error}: ${gradients} instead of ${expected}`);
      } finally {
        loaded.release();
      }
    });
  }
}

async function finiteDifferences(
  run: (columns: readonly Rows[]) => Promise<{ loss: number }>,
  columns: readonly Rows[],
): Promise<number[][]> {
  const STEP = 1e-3;
  const lossAt = async ([c, i, k]: readonly number[], shift: number): Promise<number> => {
    const moved = columns.map((rows) => rows.map((row) => [...row]));
    moved[c][i][k] += shift;
    return (await run(moved)).loss;
  };
  const results: number[][] = [];
  for (const [c, rows] of columns.entries()) {
    const slopes: number[] = [];
    for (const [i, row] of rows.entries()) {
      for (const k of row.keys()) {
        const place = [c, i, k];
        slopes.push((await lossAt(place, STEP) - await lossAt(place, -STEP)) / (2 * STEP));
      }
    }
    results.push(slopes);
  }
  return results;
}

/** Input that a careless formula divides by zero on. */
const DEGENERATE: readonly { name: string; rows: number; change: (columns: Rows[]) => Rows[] }[] = [
  { name: "a batch of one", rows: 1, change: (columns) => columns },
  { name: "all texts zero vectors", rows: 4, change: (columns) => columns.map((rows) => rows.map(zero)) },
  {
    name: "one zero vector in each column",
    rows: 4,
    change: (columns) => columns.map((rows) => rows.map((row, i) => i === 1 ? zero(row) : row)),
  },
  {
    name: "all anchors identical",
    rows: 4,
    change: ([first, ...rest]) => [first.map(() => first[0]), ...rest],
  },
  {
    name: "all texts identical",
    rows: 4,
    change: (columns) => columns.map((rows) => rows.map(() => columns[0][0])),
  },
];

function zero(row: readonly number[]): number[] {
  return row.map(() => 0);
}

for (const { name, rows, change } of DEGENERATE) {
  Deno.test(`${name}: every loss and its gradients stay finite and of ordinary size`, async () => {
    for (const spec of SPECS) {
      for (const loss of [spec, matryoshkaOf(spec)]) {
        const inputs = inputsFor(loss, rows, 9);
        const found = await lossResult(loss, { ...inputs, columns: change(inputs.columns) });
        const label = `${loss.kind} ${JSON.stringify(spec)}`;
        assert.ok(Number.isFinite(found.loss), `${label}: loss ${found.loss}`);
        // Inputs, scales and margins are all below 10, so a slope of 1,000 would come from a division by nearly 0.
        const largest = Math.max(...found.gradients.flat().map(Math.abs));
        assert.ok(largest < 1000, `${label}: a gradient of ${largest}`);
      }
    }
  });
}

Deno.test("the chunk size of the cached losses does not change their graph", async () => {
  for (const kind of ["cachedMultipleNegativesRanking", "cachedGist"]) {
    const spec = SPECS.find((each) => each.kind === kind)!;
    const inputs = inputsFor(spec, 5, 2);
    const plain = await lossResult(
      { ...spec, kind: kind.replace("cachedM", "m").replace("cachedG", "g") } as BaseLossSpec,
      inputs,
    );
    assert.deepEqual(await lossResult(spec, inputs), plain);
  }
});
