/** Losses and data that do not fit: what the messages say; and what a step draws. */
import assert from "node:assert/strict";
import {
  allSizeWeights,
  type BaseLossSpec,
  buildLossGraph,
  buildTrainingGraph,
  checkLabels,
  drawSizeWeights,
  type GraphSpec,
  labelWidths,
  lossGuide,
  lossRequirements,
  lossSizes,
  type LossSpec,
} from "../train/mod.ts";
import { testRandom } from "./_run_graph.ts";

const ranking: BaseLossSpec = {
  kind: "multipleNegativesRanking",
  scale: 20,
  directions: ["queryToDoc"],
  partitionMode: "joint",
};
const gist: BaseLossSpec = {
  kind: "gist",
  guide: "models/guide",
  temperature: 0.05,
  marginStrategy: "absolute",
  margin: 0,
  contrastAnchors: true,
  contrastPositives: true,
};
const contrastive: BaseLossSpec = { kind: "contrastive", distance: "cosine", margin: 0.5, reduction: "mean" };
const hard: BaseLossSpec = { kind: "batchHardTriplet", distance: "euclidean", margin: 5 };

const REFUSED: readonly [string, Partial<GraphSpec> & { loss: LossSpec }, RegExp][] = [
  [
    "too few columns",
    { loss: { kind: "triplet", distance: "cosine", margin: 1 }, columns: 2 },
    /^Cannot build the loss triplet: it needs \(anchor, positive, negative\) and there are 2 text columns; name/,
  ],
  [
    "too many columns",
    { loss: contrastive, columns: 3, labels: 1 },
    /it needs \(text1, text2\) and 1 or 0 as label/,
  ],
  ["no labels", { loss: contrastive, labels: 0 }, /contrastive: it needs 1 labels a row .* and there are 0/],
  ["labels for a loss without", { loss: ranking, labels: 1 }, /needs no labels and there are 1/],
  [
    "margins of another number",
    { loss: { kind: "marginMse", similarity: "dot" }, columns: 4, labels: 4 },
    /needs 2 or 3 labels a row .* there are 4/,
  ],
  [
    "teacher vectors of another dimension",
    { loss: { kind: "mse" }, columns: 1, labels: 384 },
    /needs 8 labels a row .* there are 384; bring the teacher's vectors to the model's dimension, or set model.dim/,
  ],
  ["no guide", { loss: gist }, /gist: it needs a guide's vectors and there are none; compute them/],
];

for (const [what, spec, message] of REFUSED) {
  Deno.test(`a graph refuses ${what}`, () => {
    const full: GraphSpec = { dim: 8, columns: 2, labels: 0, ...spec };
    for (const build of [buildLossGraph, buildTrainingGraph]) {
      assert.throws(() => build(full), { name: "RangeError", message });
    }
  });
}

Deno.test("graphs name the inputs that labels, guides and drawn sizes come in", () => {
  const loss: LossSpec = { kind: "matryoshka", loss: gist, dims: [2, 8], weights: null, dimsPerStep: 1 };
  const spec: GraphSpec = { loss, dim: 8, columns: 3, labels: 0, guideDim: 5 };
  const shapes = ({ inputs }: { inputs: readonly { name: string; shape: readonly unknown[] }[] }): unknown =>
    Object.fromEntries(
      inputs.filter(({ name }) => /^(guide|size|labels)/.test(name)).map(({ name, shape }) => [name, shape]),
    );
  const guided = {
    guide_anchor: ["pairs", 5],
    guide_positive: ["pairs", 5],
    guide_negative: ["pairs", 5],
    size_weights: [2],
  };
  assert.deepEqual(shapes(buildLossGraph(spec)), guided);
  assert.deepEqual(shapes(buildTrainingGraph(spec)), guided);
  const scores: GraphSpec = { loss: { kind: "marginMse", similarity: "dot" }, dim: 8, columns: 4, labels: 2 };
  assert.deepEqual(shapes(buildLossGraph(scores)), { labels: ["pairs", 2] });
  assert.deepEqual(shapes(buildLossGraph({ ...scores, columns: 3, labels: 1 })), { labels: ["pairs"] });
});

Deno.test("checkLabels names the first label that a loss cannot read, and its row", () => {
  const check = (loss: LossSpec, labels: number[], width = 1): void =>
    checkLabels(loss, Float32Array.from(labels), { width, name: "mine" });
  check(contrastive, [0, 1, 1]);
  check({ kind: "coSent", scale: 20 }, [-3, 5, 0.5]);
  check({ kind: "cosineSimilarity" }, [-1, 1]);
  check(hard, [7, 7, -2]);
  check(ranking, [NaN]); // reads none
  const refused = (loss: LossSpec, labels: number[], width?: number): RegExp | string => {
    try {
      check(loss, labels, width);
    } catch (error) {
      assert.ok(error instanceof RangeError);
      return error.message;
    }
    return "nothing refused";
  };
  assert.equal(
    refused(contrastive, [0, 0.5]),
    "Cannot train on mine: the label 0.5 of row 2 is not 1 (together) or 0 (apart); correct it or name another loss " +
      "than contrastive",
  );
  assert.match(
    `${refused({ kind: "cosineSimilarity" }, [5])}`,
    /label 5 of row 1 is not a similarity from -1 to 1/,
  );
  assert.match(`${refused(hard, [1, 1.5])}`, /label 1.5 of row 2 is not a whole number/);
  assert.match(
    `${refused({ kind: "coSent", scale: 20 }, [0, NaN])}`,
    /label NaN of row 2 is not a finite number/,
  );
  assert.match(`${refused({ kind: "mse" }, [0, 0, 0, Infinity], 2)}`, /label Infinity of row 2/);
  const both: LossSpec = {
    kind: "sum",
    losses: [{ loss: contrastive, weight: 1 }, { loss: { kind: "coSent", scale: 20 }, weight: 1 }],
  };
  assert.match(`${refused(both, [3])}`, /1 \(together\) or 0 \(apart\)/);
});

Deno.test("labelWidths says how many labels a row may have", () => {
  assert.deepEqual(labelWidths(ranking, 3, 8), [0]);
  assert.deepEqual(labelWidths(contrastive, 2, 8), [1]);
  assert.deepEqual(labelWidths({ kind: "marginMse", similarity: "dot" }, 5, 8), [3, 4]);
  assert.deepEqual(labelWidths({ kind: "mse" }, 2, 8), [8, 16]);
});

Deno.test("a sum asks for what all of its losses can read, and refuses what no data has", () => {
  const spread: BaseLossSpec = {
    kind: "globalOrthogonalRegularization",
    meanWeight: 1,
    secondMomentWeight: 1,
    aggregation: "mean",
  };
  const sumOf = (...losses: BaseLossSpec[]): LossSpec => ({
    kind: "sum",
    losses: losses.map((loss) => ({ loss, weight: 1 })),
  });
  const { minColumns, maxColumns, labels } = lossRequirements(sumOf(ranking, spread));
  assert.deepEqual([minColumns, maxColumns, labels], [2, Infinity, false]);
  assert.throws(() => lossRequirements(sumOf(hard, ranking)), {
    name: "RangeError",
    message:
      /^Cannot add up the losses: they need \(text\) and a class .* together with \(anchor, positive\)/,
  });
  assert.throws(() => lossRequirements(sumOf({ kind: "mse" }, contrastive)), { name: "RangeError" });
  assert.equal(lossGuide(sumOf(ranking, gist, gist)), "models/guide");
  assert.throws(() => lossGuide(sumOf(gist, { ...gist, guide: "other" })), {
    message: /names models\/guide and other; name one guide/,
  });
  const nested: LossSpec = {
    kind: "sum",
    losses: [
      { loss: { kind: "matryoshka", loss: ranking, dims: [2, 8], weights: null }, weight: 1 },
      { loss: { kind: "matryoshka", loss: spread, dims: [4, 8], weights: null }, weight: 1 },
    ],
  };
  assert.deepEqual(lossSizes(nested, 8), [2, 4, 8]);
});

Deno.test("drawSizeWeights draws n different sizes, evenly, by the generator alone", () => {
  const weights = [1, 0.5, 3, 1];
  const loss: LossSpec = { kind: "matryoshka", loss: ranking, dims: [1, 2, 4, 8], weights, dimsPerStep: 2 };
  assert.deepEqual(allSizeWeights(loss), Float32Array.from(weights));
  assert.deepEqual(drawSizeWeights(loss, testRandom(3)), drawSizeWeights(loss, testRandom(3)));
  const random = testRandom(5);
  const times = [0, 0, 0, 0];
  for (let n = 0; n < 1000; n++) {
    const drawn: Float32Array = drawSizeWeights(loss, random)!;
    assert.equal(drawn.filter((weight) => weight !== 0).length, 2);
    drawn.forEach((weight, i) => {
      assert.ok(weight === 0 || weight === weights[i]);
      times[i] += Number(weight !== 0);
    });
  }
  // Each is drawn half the time: 500 with a standard deviation of 16.
  for (const count of times) assert.ok(Math.abs(count - 500) < 80, `${times}`);
  assert.equal(drawSizeWeights({ ...loss, dimsPerStep: null }, random), undefined);
  assert.equal(drawSizeWeights({ ...loss, dimsPerStep: 4 }, random), undefined);
  assert.equal(drawSizeWeights(ranking, random), undefined);
});
