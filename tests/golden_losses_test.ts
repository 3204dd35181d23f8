/** Losses and gradients of the reference implementation (float64), through the real runtime (float32). */
import assert from "node:assert/strict";
import {
  type BaseLossSpec,
  buildLossGraph,
  columnName,
  gradientName,
  type LossSpec,
  type RankingDirection,
} from "../train/mod.ts";
import { loadGraph, relativeError } from "./_run_graph.ts";
import golden from "../fixtures/train/losses.json" with { type: "json" };

interface GoldenCase {
  name: string;
  params: Record<string, unknown>;
  dim: number;
  batch: number;
  columns: number[][][];
  loss: number;
  grads: number[][][];
}

/** The loss of a golden case in a recipe, or undefined for losses and options that are not built. */
function specOf({ name, params }: GoldenCase): LossSpec | undefined {
  switch (name) {
    case "MultipleNegativesRankingLoss":
      return rankingSpec(params);
    case "MatryoshkaLoss(MultipleNegativesRankingLoss)":
      return {
        kind: "matryoshka",
        loss: rankingSpec(params),
        dims: params.matryoshka_dims as number[],
        weights: params.matryoshka_weights as number[] | null,
      };
  }
}

function rankingSpec(params: Record<string, unknown>): BaseLossSpec {
  const directions = params.directions as string[] ?? ["query_to_doc"];
  return {
    kind: "multipleNegativesRanking",
    scale: params.scale as number,
    directions: directions.map(camelCase) as RankingDirection[],
    partitionMode: params.partition_mode === "per_direction" ? "perDirection" : "joint",
  };
}

function camelCase(name: string): string {
  return name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

const cases = (golden.cases as unknown as GoldenCase[]).flatMap((testCase) => {
  const spec = specOf(testCase);
  return spec === undefined ? [] : [{ ...testCase, spec }];
});

Deno.test("the golden file holds the thirteen cases of the two losses", () => {
  assert.equal(cases.length, 13);
});

for (const [i, { name, params, dim, columns, loss, grads, spec }] of cases.entries()) {
  Deno.test(`golden ${i}: ${name} ${JSON.stringify(params)} with ${columns.length} columns`, async () => {
    const graph = loadGraph(buildLossGraph({ loss: spec, dim, columns: columns.length, labels: false }));
    const inputs = Object.fromEntries(
      columns.map((
        rows,
        c,
      ) => [columnName(c), { data: Float32Array.from(rows.flat()), shape: [rows.length, dim] }]),
    );
    const found = await graph.run(inputs);
    graph.release();
    // 1e-5 relative is what the issue asks; float32 gives 1e-6 here.
    assert.ok(relativeError(found.loss, [loss]) < 1e-5, `loss ${found.loss} instead of ${loss}`);
    grads.forEach((expected, c) => {
      const error = relativeError(found[gradientName(c)], expected.flat());
      assert.ok(error < 1e-5, `gradient of column ${c}: relative error ${error}`);
    });
  });
}
