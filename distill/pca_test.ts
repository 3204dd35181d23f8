import assert from "node:assert/strict";
import { fillNormal, Random } from "../data/mod.ts";
import { type Matrix, rowOf } from "../model/mod.ts";
import { Runtime } from "../runtime/mod.ts";
import { applyPca, type PcaResult } from "./pca.ts";

/** Rows around (5, 5, ...) whose axes have the standard deviations 8, 4, 2, 1, turned by a fixed rotation. */
function samples(rows: number): Matrix {
  const noise = new Float32Array(4 * rows);
  fillNormal(noise, new Random(7));
  // A Hadamard matrix divided by its length is a rotation.
  const turn = [[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]];
  const data = Float32Array.from({ length: 4 * rows }, (_, i) => {
    const row = noise.subarray(i - i % 4, i - i % 4 + 4);
    return 5 +
      [8, 4, 2, 1].reduce((sum, deviation, axis) => sum + deviation * row[axis] * turn[axis][i % 4] / 2, 0);
  });
  return { data, rows, columns: 4 };
}

async function pca(x: Matrix, keep: number | "auto"): Promise<PcaResult> {
  using runtime = Runtime.open({ threads: 2 });
  return await applyPca(x, { keep, runtime });
}

/** Product of row a and row b, both without the mean. */
function centredProduct(x: Matrix, a: number, b: number): number {
  const means = [0, 1, 2, 3].map((i) => {
    let sum = 0;
    for (let row = 0; row < x.rows; row++) sum += x.data[row * 4 + i];
    return sum / x.rows;
  });
  return means.reduce((sum, mean, i) => sum + (rowOf(x, a)[i] - mean) * (rowOf(x, b)[i] - mean), 0);
}

Deno.test("applyPca() finds the axes of largest variance and keeps products of centred rows", async () => {
  const x = samples(9000); // more than two chunks
  const { matrix, explained } = await pca(x, "auto");
  assert.deepEqual([matrix.rows, matrix.columns], [9000, 4]);
  const expected = [64, 16, 4, 1].map((variance) => variance / 85);
  // The standard error of a variance from 9,000 samples is 1.5 percent.
  explained.forEach((share, axis) => assert.ok(Math.abs(share / expected[axis] - 1) < 0.05));
  for (const [a, b] of [[0, 1], [5, 5], [8191, 8192], [17, 8999]]) {
    const product = rowOf(matrix, a).reduce((sum, value, i) => sum + value * rowOf(matrix, b)[i], 0);
    // Products of up to 300 in float32.
    assert.ok(Math.abs(product - centredProduct(x, a, b)) < 1e-3);
  }
});

Deno.test("applyPca() keeps so many dimensions, or as many as explain a share of the variance", async () => {
  const x = samples(4000);
  const whole = await pca(x, "auto");
  const two = await pca(x, 2);
  assert.equal(two.matrix.columns, 2);
  for (const row of [0, 1, 3999]) {
    rowOf(two.matrix, row).forEach((value, i) =>
      assert.ok(Math.abs(value - rowOf(whole.matrix, row)[i]) < 1e-4)
    );
  }
  assert.equal((await pca(x, 0.5)).matrix.columns, 1);
  assert.equal((await pca(x, 0.9)).matrix.columns, 2);
  assert.equal((await pca(x, 0.999)).matrix.columns, 4);
});

Deno.test("applyPca() refuses to keep more than there is", async () => {
  const x = samples(10);
  await assert.rejects(
    pca(x, 5),
    /^RangeError: Cannot reduce dimensions to 5: the vectors have 4; keep 4 or fewer$/,
  );
  await assert.rejects(
    pca({ ...x, data: x.data.subarray(0, 12), rows: 3 }, 4),
    /there are 3 rows; keep 3 or fewer$/,
  );
  for (const wrong of [0, -1, 1.5, NaN]) await assert.rejects(pca(x, wrong), /write 256, 0\.95 or auto$/);
});

Deno.test("applyPca() of equal rows is all zeros", async () => {
  const { matrix, explained } = await pca({ data: new Float32Array(12).fill(3), rows: 3, columns: 4 }, 2);
  assert.deepEqual([...matrix.data, ...explained], new Array(8).fill(0));
});
