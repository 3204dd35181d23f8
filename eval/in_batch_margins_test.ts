import assert from "node:assert/strict";
import { fillNormal, Random } from "../data/mod.ts";
import { InBatchMargins, type MarginRows } from "./mod.ts";

/** Float32 sums of 32 columns, see `kernelArithmetic`. */
const TOLERANCE = 1e-6;

/** Texts by number: the same number is the same text and the same vector. */
function rowsOf(texts: readonly (readonly number[])[], dim: number): MarginRows {
  const vectorOf = (text: number): Float32Array => {
    const vector = new Float32Array(dim);
    if (text > 0) fillNormal(vector, new Random(text));
    return vector;
  };
  return {
    vectors: texts.map((column) => Float32Array.from(column.flatMap((text) => [...vectorOf(text)]))),
    hashes: texts.map((column) => Uint32Array.from(column.flatMap((text) => [text, text + 1]))),
    dim,
  };
}

/** The definition, literally. */
function expectedMargins(texts: readonly (readonly number[])[], { vectors, dim }: MarginRows): number[] {
  const vectorOf = (c: number, row: number): Float32Array => vectors[c].subarray(row * dim, (row + 1) * dim);
  const cosine = (a: Float32Array, b: Float32Array): number => {
    const dot = (x: Float32Array, y: Float32Array): number =>
      x.reduce((sum, value, i) => sum + value * y[i], 0);
    return dot(a, b) / Math.max(1e-12, Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b)));
  };
  return texts[0].map((anchor, i) => {
    const own = new Set(texts[1].filter((_, j) => texts[0][j] === anchor));
    const others = texts.slice(1).flatMap((column, c) =>
      column.flatMap((text, j) => own.has(text) ? [] : [cosine(vectorOf(0, i), vectorOf(c + 1, j))])
    );
    return cosine(vectorOf(0, i), vectorOf(1, i)) - Math.max(-1, ...others);
  });
}

Deno.test("InBatchMargins gives the positive's cosine less the hardest other text's, whatever the columns", async () => {
  using margins = await InBatchMargins.start({ threads: 2 });
  const random = new Random(4);
  for (const [rows, columns, dim] of [[1, 2, 8], [2, 2, 3], [57, 2, 64], [40, 4, 33], [5, 3, 1]]) {
    // 0 is a text without tokens; few numbers, so that anchors have several positives and texts occur again.
    const texts = Array.from(
      { length: columns },
      () => Array.from({ length: rows }, () => random.below(rows)),
    );
    const batch = rowsOf(texts, dim);
    const found = margins.margins(batch);
    expectedMargins(texts, batch).forEach((value, i) => {
      assert.ok(
        Math.abs(found[i] - value) < TOLERANCE,
        `${rows} ${columns} row ${i}: ${found[i]} for ${value}`,
      );
    });
  }
});

Deno.test("InBatchMargins counts the largest cosine as -1 where there is no other text", async () => {
  using margins = await InBatchMargins.start({ threads: 1 });
  const [margin] = margins.margins(rowsOf([[3], [3]], 16));
  assert.ok(Math.abs(margin - 2) < TOLERANCE);
});
