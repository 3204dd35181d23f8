/** Losses and options without a golden case, against plain float64 loops, through the real runtime. */
import assert from "node:assert/strict";
import { type LossSpec, type RankingDirection } from "../train/mod.ts";
import * as reference from "./_loss_reference.ts";
import { classLabels, labelInput, lossResult, randomRows } from "./_loss_case.ts";
import { relativeError } from "./_run_graph.ts";

type Rows = reference.Rows;

interface ReferenceCase {
  name: string;
  spec: LossSpec;
  columns: Rows[];
  labels?: number[] | Rows;
  guides?: Rows[];
  sizeWeights?: number[];
  loss: (columns: Rows[]) => number;
}

const DIM = 8;
const ALL: RankingDirection[] = ["queryToDoc", "queryToQuery", "docToQuery", "docToDoc"];
const columnsOf = (count: number, rows = 7, seed = 1): Rows[] =>
  Array.from({ length: count }, (_, c) => randomRows(rows, DIM, seed * 100 + c));
const classes = classLabels(12, 4);

function rankingCases(): ReferenceCase[] {
  const options = { scale: 4, partitionMode: "joint" as const };
  const kind = "multipleNegativesRanking" as const;
  const hardened = (["inBatchNegatives", "hardNegatives", "allNegatives"] as const).flatMap((hardnessMode) =>
    [2, 4].map((count): ReferenceCase => {
      const columns = columnsOf(count);
      const hardness = { hardnessMode, hardnessStrength: 3 };
      const spec: LossSpec = { kind, ...options, directions: ["queryToDoc"], ...hardness };
      return {
        name: `hardness ${hardnessMode} with ${count} columns`,
        spec,
        columns,
        loss: (moved) =>
          reference.ranking(moved, { scale: 4, directions: ["queryToDoc"], ...hardness, frozen: columns }),
      };
    })
  );
  const directions: ReferenceCase[] = [1, 3].map((negatives) => ({
    name: `all directions with ${negatives} negatives`,
    spec: { kind, ...options, directions: ALL },
    columns: columnsOf(2 + negatives),
    loss: (moved) => reference.ranking(moved, { scale: 4, directions: ALL }),
  }));
  const columns = columnsOf(3);
  return [...hardened, ...directions, {
    name: "both directions apart with a negative and hardness",
    spec: {
      kind: "cachedMultipleNegativesRanking",
      scale: 4,
      directions: ["queryToDoc", "docToQuery"],
      partitionMode: "perDirection",
      hardnessMode: "allNegatives",
      hardnessStrength: 2,
      chunkSize: 3,
    },
    columns,
    loss: (moved) =>
      reference.ranking(moved, {
        scale: 4,
        directions: ["queryToDoc", "docToQuery"],
        perDirection: true,
        hardnessMode: "allNegatives",
        hardnessStrength: 2,
        frozen: columns,
      }),
  }];
}

function classCases(): ReferenceCase[] {
  const [texts] = columnsOf(1, 12);
  const common = { columns: [texts], labels: classes };
  return (["euclidean", "cosine"] as const).flatMap((distance) => {
    const margins = distance === "cosine" ? [0.2, 0.9] : [0.5, 5];
    return margins.flatMap((margin): ReferenceCase[] => [
      {
        ...common,
        name: `batchHardTriplet ${distance} ${margin}`,
        spec: { kind: "batchHardTriplet", distance, margin },
        loss: ([moved]) => reference.batchHard(moved, classes, distance, margin),
      },
      {
        ...common,
        name: `batchSemiHardTriplet ${distance} ${margin}`,
        spec: { kind: "batchSemiHardTriplet", distance, margin },
        loss: ([moved]) => reference.batchSemiHard(moved, classes, distance, margin),
      },
      {
        ...common,
        name: `batchAllTriplet ${distance} ${margin}`,
        spec: { kind: "batchAllTriplet", distance, margin },
        loss: ([moved]) => reference.batchAll(moved, classes, distance, margin),
      },
    ]).concat({
      ...common,
      name: `batchHardTriplet ${distance} soft`,
      spec: { kind: "batchHardTriplet", distance, margin: "soft" },
      loss: ([moved]) => reference.batchHard(moved, classes, distance, "soft"),
    });
  });
}

function pairCases(): ReferenceCase[] {
  const binary = [1, 0, 0, 1, 1, 0, 1];
  const single = [1, 0, 0, 0, 0, 0, 0];
  const scores = [0.1, 0.9, 0.4, 0.4, 0.7, 0.2, 0.5];
  const byDistance = (["euclidean", "manhattan", "cosine"] as const).flatMap((distance): ReferenceCase[] => {
    const margin = distance === "cosine" ? 1.2 : 5;
    return [
      {
        name: `contrastive ${distance}`,
        spec: { kind: "contrastive", distance, margin, reduction: "mean" },
        columns: columnsOf(2),
        labels: binary,
        loss: (moved) => reference.contrastive(moved, binary, distance, margin),
      },
      ...[binary, single, binary.map(() => 1), binary.map(() => 0)].map((labels): ReferenceCase => ({
        name: `onlineContrastive ${distance} with labels ${labels}`,
        spec: { kind: "onlineContrastive", distance, margin },
        columns: columnsOf(2),
        labels,
        loss: (moved) => reference.onlineContrastive(moved, labels, distance, margin),
      })),
    ];
  });
  const odd = [randomRows(7, 7, 31), randomRows(7, 7, 32)];
  return [...byDistance, {
    name: "contrastive, sum",
    spec: { kind: "contrastive", distance: "cosine", margin: 0.5, reduction: "sum" },
    columns: columnsOf(2),
    labels: binary,
    loss: (moved) => binary.length * reference.contrastive(moved, binary, "cosine", 0.5),
  }, {
    name: "anglE of an odd size",
    spec: { kind: "anglE", scale: 5 },
    columns: odd,
    labels: scores,
    loss: (moved) => reference.angle(moved, scores, 5),
  }, {
    name: "megaBatchMargin",
    spec: { kind: "megaBatchMargin", positiveMargin: 0.8, negativeMargin: 0.1 },
    columns: columnsOf(2),
    loss: ([anchors, positives]) => reference.megaBatchMargin(anchors, positives, [0.8, 0.1]),
  }, {
    name: "globalOrthogonalRegularization, sum",
    spec: {
      kind: "globalOrthogonalRegularization",
      meanWeight: 0.5,
      secondMomentWeight: 2,
      aggregation: "sum",
    },
    columns: columnsOf(3),
    loss: (moved) => reference.globalOrthogonalRegularization(moved, [0.5, 2]),
  }];
}

function distillationCases(): ReferenceCase[] {
  const margins = randomRows(7, 3, 41);
  const scores = randomRows(7, 4, 42);
  const differences = scores.map(([first, ...rest]) => rest.map((score) => first - score));
  const teachers = columnsOf(2, 7, 5);
  const joined = teachers[0].map((row, i) => [...row, ...teachers[1][i]]);
  const temperatures = [2, 0.5] as const;
  return [
    {
      name: "marginMse with margins of three negatives",
      spec: { kind: "marginMse", similarity: "dot" },
      columns: columnsOf(5),
      labels: margins,
      loss: (moved) => reference.marginMse(moved, margins),
    },
    {
      name: "marginMse with scores of positive and three negatives, cosine",
      spec: { kind: "marginMse", similarity: "cosine" },
      columns: columnsOf(5),
      labels: scores,
      loss: (moved) => reference.marginMse(moved, differences, reference.cosine),
    },
    ...([reference.dot, reference.cosine] as const).map((measure): ReferenceCase => ({
      name: `distillKlDiv with two temperatures, ${measure.name}`,
      spec: {
        kind: "distillKlDiv",
        similarity: measure === reference.dot ? "dot" : "cosine",
        studentTemperature: temperatures[0],
        teacherTemperature: temperatures[1],
      },
      columns: columnsOf(5),
      labels: scores,
      loss: (moved) => reference.distillKlDiv(moved, scores, temperatures, measure),
    })),
    ...[false, true].flatMap((symmetric): ReferenceCase[] => [
      {
        name: `teacherContrast${symmetric ? " both ways" : ""} with a teacher for each column`,
        spec: { kind: "teacherContrast", scale: 4, symmetric },
        columns: columnsOf(2),
        labels: joined,
        loss: (moved) => reference.teacherContrast(moved, teachers, { scale: 4, symmetric }),
      },
      {
        name: `matryoshka of teacherContrast${symmetric ? " both ways" : ""}`,
        spec: {
          kind: "matryoshka",
          loss: { kind: "teacherContrast", scale: 4, symmetric },
          dims: [3, DIM],
          weights: [1, 2],
        },
        columns: columnsOf(1),
        labels: teachers[0],
        loss: ([moved]) =>
          [3, DIM].reduce((sum, size, i) => {
            const students = [moved, teachers[0]].map((rows) => reference.truncated(rows, size));
            return sum +
              (i + 1) * reference.teacherContrast([students[0]], [students[1]], { scale: 4, symmetric });
          }, 0),
      },
    ]),
    ...(["cosine", "l2", "mse"] as const).flatMap((distance): ReferenceCase[] => [
      {
        name: `embedDistill ${distance} with a teacher for each column`,
        spec: { kind: "embedDistill", distance },
        columns: columnsOf(2),
        labels: joined,
        loss: (moved) => reference.embedDistill(moved, teachers, distance),
      },
      {
        name: `matryoshka of embedDistill ${distance}`,
        spec: {
          kind: "matryoshka",
          loss: { kind: "embedDistill", distance },
          dims: [3, DIM],
          weights: [1, 2],
        },
        columns: columnsOf(2),
        labels: teachers[0],
        loss: (moved) =>
          [3, DIM].reduce((sum, size, i) => {
            const students = moved.map((column) => reference.truncated(column, size));
            const teacher = teachers[0].map((row) => row.slice(0, size));
            return sum + (i + 1) * reference.embedDistill(students, [teacher, teacher], distance);
          }, 0),
      },
    ]),
  ];
}

function gistCases(): ReferenceCase[] {
  const guides = [51, 52, 53, 54].map((seed) => randomRows(7, 5, seed));
  const options = { temperature: 0.2, contrastAnchors: true, contrastPositives: true };
  const variants = [
    { ...options, marginStrategy: "absolute", margin: 0.1 },
    { ...options, marginStrategy: "relative", margin: 0.3, contrastAnchors: false },
    { ...options, marginStrategy: "absolute", margin: 0, contrastPositives: false },
  ] as const;
  return variants.map((variant) => ({
    name: `cachedGist with two negatives ${JSON.stringify(variant)}`,
    spec: { kind: "cachedGist", guide: "given by the case", chunkSize: 3, ...variant },
    columns: columnsOf(4),
    guides,
    loss: (moved) => reference.gist(moved, guides, variant),
  }));
}

function wrappedCases(): ReferenceCase[] {
  const dims = [2, 3, DIM];
  // Distances of two-dimensional directions are so small that float32 loses four digits of them in the dot products.
  const upper = [5, DIM];
  const overSizes = (
    columns: Rows[],
    inner: (columns: Rows[]) => number,
    { weights = [1, 1, 1], sizes = dims } = {},
  ): number =>
    sizes.reduce(
      (sum, size, i) => sum + weights[i] * inner(columns.map((column) => reference.truncated(column, size))),
      0,
    );
  const ranking = (columns: Rows[]): number =>
    reference.ranking(columns, { scale: 4, directions: ["queryToDoc"] });
  const spread = (columns: Rows[]): number => reference.globalOrthogonalRegularization(columns, [1, 1]) / 2;
  const rankingSpec = {
    kind: "multipleNegativesRanking",
    scale: 4,
    directions: ["queryToDoc"],
    partitionMode: "joint",
  } as const;
  const spreadSpec = {
    kind: "globalOrthogonalRegularization",
    meanWeight: 1,
    secondMomentWeight: 1,
    aggregation: "mean",
  } as const;
  const sum = {
    kind: "sum",
    losses: [{ loss: rankingSpec, weight: 1 }, { loss: spreadSpec, weight: 0.1 }],
  } as const;
  const both = (columns: Rows[]): number => ranking(columns) + 0.1 * spread(columns);
  const drawn = [0, 0.5, 3];
  const [texts] = columnsOf(1, 12);
  return [
    { name: "a weighted sum", spec: sum, columns: columnsOf(2), loss: both },
    {
      name: "matryoshka of a sum",
      spec: { kind: "matryoshka", loss: sum, dims, weights: null },
      columns: columnsOf(2),
      loss: (moved) => overSizes(moved, both),
    },
    {
      name: "a sum of matryoshka and another loss",
      spec: {
        kind: "sum",
        losses: [
          { loss: { kind: "matryoshka", loss: rankingSpec, dims, weights: null }, weight: 2 },
          { loss: spreadSpec, weight: 0.5 },
        ],
      },
      columns: columnsOf(2),
      loss: (moved) => 2 * overSizes(moved, ranking) + 0.5 * spread(moved),
    },
    {
      name: "matryoshka with drawn sizes",
      spec: { kind: "matryoshka", loss: rankingSpec, dims, weights: [1, 0.5, 3], dimsPerStep: 2 },
      columns: columnsOf(2),
      sizeWeights: drawn,
      loss: (moved) => overSizes(moved, ranking, { weights: drawn }),
    },
    {
      name: "matryoshka of triplet euclidean",
      spec: {
        kind: "matryoshka",
        loss: { kind: "triplet", distance: "euclidean", margin: 0.4 },
        dims,
        weights: null,
      },
      columns: columnsOf(3),
      loss: (moved) => overSizes(moved, (columns) => reference.triplet(columns, "euclidean", 0.4)),
    },
    {
      name: "matryoshka of batchAllTriplet euclidean",
      spec: {
        kind: "matryoshka",
        loss: { kind: "batchAllTriplet", distance: "euclidean", margin: 0.4 },
        dims: upper,
        weights: null,
      },
      columns: [texts],
      labels: classes,
      loss: (moved) =>
        overSizes(moved, ([column]) => reference.batchAll(column, classes, "euclidean", 0.4), {
          sizes: upper,
        }),
    },
  ];
}

const CASES = [
  ...rankingCases(),
  ...classCases(),
  ...pairCases(),
  ...distillationCases(),
  ...gistCases(),
  ...wrappedCases(),
];

for (const { name, spec, columns, labels, guides, sizeWeights, loss } of CASES) {
  Deno.test(`${name}: loss and gradients are those of the formula in float64`, async () => {
    const inputs = { columns, guides, sizeWeights, labels: labelInput(labels) };
    const found = await lossResult(spec, inputs);
    const expected = loss(columns.map((rows) => rows));
    // float32 gives 1e-6 here; 1e-5 is what the golden cases are held to.
    assert.ok(relativeError([found.loss], [expected]) < 1e-5, `loss ${found.loss} instead of ${expected}`);
    reference.differences(loss, columns).forEach((gradient, c) => {
      // As the golden cases, 1e-5 relative to the largest; float64 differences themselves are good to about 1e-9.
      const error = relativeError(found.gradients[c], gradient);
      assert.ok(error < 1e-5, `gradient of column ${c}: relative error ${error}`);
    });
  });
}
