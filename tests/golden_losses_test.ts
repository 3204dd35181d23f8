/** Losses and gradients of the reference implementation (float64), through the real runtime (float32). */
import assert from "node:assert/strict";
import {
  type BaseLossSpec,
  buildLossGraph,
  columnName,
  type Distance,
  gradientName,
  guideName,
  type LossSpec,
  type RankingDirection,
} from "../train/mod.ts";
import { loadGraph, relativeError, type TestInput } from "./_run_graph.ts";
import golden from "../fixtures/train/losses.json" with { type: "json" };

interface GoldenCase {
  name: string;
  params: Record<string, unknown>;
  dim: number;
  columns: number[][][];
  labels: number[] | number[][] | null;
  guide?: number[][][];
  loss: number;
  grads: number[][][];
}

/** The loss of a golden case as a recipe writes it, by the name of its class in the reference. */
const SPECS: Readonly<Record<string, (params: Record<string, unknown>) => BaseLossSpec>> = {
  MultipleNegativesRankingLoss: (params) => ({ kind: "multipleNegativesRanking", ...rankingOptions(params) }),
  MultipleNegativesSymmetricRankingLoss: ({ scale }) => ({
    kind: "multipleNegativesSymmetricRanking",
    scale: scale as number,
  }),
  CachedMultipleNegativesRankingLoss: (params) => ({
    kind: "cachedMultipleNegativesRanking",
    ...rankingOptions(params),
    chunkSize: params.mini_batch_size as number,
  }),
  GISTEmbedLoss: (params) => ({
    kind: "gist",
    guide: "given by the case",
    temperature: params.temperature as number,
    marginStrategy: params.margin_strategy as "absolute" | "relative",
    margin: params.margin as number,
    contrastAnchors: true,
    contrastPositives: true,
  }),
  CoSENTLoss: ({ scale }) => ({ kind: "coSent", scale: scale as number }),
  AnglELoss: ({ scale }) => ({ kind: "anglE", scale: scale as number }),
  CosineSimilarityLoss: () => ({ kind: "cosineSimilarity" }),
  TripletLoss: ({ distance_metric, triplet_margin }) => ({
    kind: "triplet",
    distance: distance_metric as Distance,
    margin: triplet_margin as number,
  }),
  ContrastiveLoss: ({ distance_metric, margin }) => ({
    kind: "contrastive",
    distance: distance_metric as Distance,
    margin: margin as number,
    reduction: "mean",
  }),
  OnlineContrastiveLoss: ({ distance_metric, margin }) => ({
    kind: "onlineContrastive",
    distance: distance_metric as Distance,
    margin: margin as number,
  }),
  MarginMSELoss: () => ({ kind: "marginMse", similarity: "dot" }),
  MSELoss: () => ({ kind: "mse" }),
  EmbedDistillLoss: ({ distance_metric }) => ({
    kind: "embedDistill",
    distance: distance_metric as "cosine" | "l2" | "mse",
  }),
  DistillKLDivLoss: ({ temperature }) => ({
    kind: "distillKlDiv",
    similarity: "dot",
    studentTemperature: temperature as number,
    teacherTemperature: temperature as number,
  }),
  GlobalOrthogonalRegularizationLoss: ({ mean_weight, second_moment_weight }) => ({
    kind: "globalOrthogonalRegularization",
    meanWeight: mean_weight as number,
    secondMomentWeight: second_moment_weight as number,
    aggregation: "mean",
  }),
};

function rankingOptions(params: Record<string, unknown>) {
  const directions = params.directions as string[] ?? ["query_to_doc"];
  return {
    scale: params.scale as number,
    directions: directions.map(camelCase) as RankingDirection[],
    partitionMode: params.partition_mode === "per_direction" ? "perDirection" as const : "joint" as const,
  };
}

function camelCase(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function specOf({ name, params }: GoldenCase): LossSpec {
  const inner = /^MatryoshkaLoss\((.*)\)$/.exec(name)?.[1];
  if (inner === undefined) return SPECS[name](params);
  return {
    kind: "matryoshka",
    loss: SPECS[inner](params),
    dims: params.matryoshka_dims as number[],
    weights: params.matryoshka_weights as number[] | null ?? null,
  };
}

function matrix(rows: number[][]): TestInput {
  return { data: Float32Array.from(rows.flat()), shape: [rows.length, rows[0].length] };
}

function inputsOf({ columns, labels, guide }: GoldenCase): Record<string, TestInput> {
  const inputs: Record<string, TestInput> = {};
  columns.forEach((rows, i) => inputs[columnName(i)] = matrix(rows));
  guide?.forEach((rows, i) => inputs[guideName(i)] = matrix(rows));
  if (labels === null) return inputs;
  inputs.labels = Array.isArray(labels[0])
    ? matrix(labels as number[][])
    : { data: Float32Array.from(labels as number[]), shape: [labels.length] };
  return inputs;
}

const cases = golden.cases as unknown as GoldenCase[];

Deno.test("the golden file holds 41 cases of 18 losses", () => {
  assert.equal(cases.length, 41);
  assert.equal(new Set(cases.map(({ name }) => name)).size, 18);
});

for (const [i, testCase] of cases.entries()) {
  const { name, params, dim, columns, labels, guide, loss, grads } = testCase;
  Deno.test(`golden ${i}: ${name} ${JSON.stringify(params)} with ${columns.length} columns`, async () => {
    const width = labels === null ? 0 : Array.isArray(labels[0]) ? labels[0].length : 1;
    const guideDim = guide?.[0][0].length;
    const spec = { loss: specOf(testCase), dim, columns: columns.length, labels: width, guideDim };
    const graph = loadGraph(buildLossGraph(spec));
    const found = await graph.run(inputsOf(testCase));
    graph.release();
    // 1e-5 relative is what the issue asks; float32 gives 1e-6 here.
    assert.ok(relativeError(found.loss, [loss]) < 1e-5, `loss ${found.loss} instead of ${loss}`);
    grads.forEach((expected, c) => {
      const error = relativeError(found[gradientName(c)], expected.flat());
      assert.ok(error < 1e-5, `gradient of column ${c}: relative error ${error}`);
    });
  });
}
