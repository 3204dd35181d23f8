import assert from "node:assert/strict";
import { fillNormal, Random } from "../data/mod.ts";
import { type Matrix, rowOf } from "../model/mod.ts";
import { Runtime } from "../runtime/mod.ts";
import { type Clusters, kMeans, type KMeansOptions } from "./k_means.ts";

async function cluster(x: Matrix, options: Omit<KMeansOptions, "runtime">): Promise<Clusters> {
  using runtime = Runtime.open({ threads: 2 });
  return await kMeans(x, { ...options, runtime });
}

/** Rows close to the corners of a square of side 100, in turn. */
function corners(rows: number): Matrix {
  const data = new Float32Array(2 * rows);
  fillNormal(data, new Random(3));
  for (let row = 0; row < rows; row++) {
    data[2 * row] += 100 * (row % 2);
    data[2 * row + 1] += 100 * (Math.floor(row / 2) % 2);
  }
  return { data, rows, columns: 2 };
}

Deno.test("kMeans() finds clusters that lie apart, and their means", async () => {
  const x = corners(400);
  // Four starts may share a corner, so more clusters than corners are asked for; each then lies within one corner.
  const { centres, assignment } = await cluster(x, { clusters: 12, iterations: 50 });
  for (let row = 0; row < x.rows; row++) {
    const centre = rowOf(centres, assignment[row]);
    const distance = Math.hypot(...rowOf(x, row).map((value, i) => value - centre[i]));
    assert.ok(distance < 10, `row ${row} lies ${distance} from its centre`);
  }
  for (let c = 0; c < 12; c++) {
    const own = [...assignment.keys()].filter((row) => assignment[row] === c);
    const mean = own.reduce((sum, row) => sum + rowOf(x, row)[0], 0) / own.length;
    assert.ok(Math.abs(mean - rowOf(centres, c)[0]) < 1e-4);
  }
});

Deno.test("kMeans() gives the same clusters for the same seed, and as many as asked for of rows that repeat", async () => {
  const x = corners(60);
  const first = await cluster(x, { clusters: 7, seed: 5 });
  assert.deepEqual(await cluster(x, { clusters: 7, seed: 5 }), first);
  assert.notDeepEqual((await cluster(x, { clusters: 7, seed: 6 })).assignment, first.assignment);
  const same = { data: new Float32Array(20).fill(2), rows: 10, columns: 2 };
  const { centres } = await cluster(same, { clusters: 3 });
  assert.deepEqual([...centres.data], new Array(6).fill(2));
});

Deno.test("kMeans() with a cluster for every row gives the rows back", async () => {
  const x = corners(20);
  const { centres, assignment } = await cluster(x, { clusters: 20 });
  assignment.forEach((c, row) => assert.deepEqual(rowOf(centres, c), rowOf(x, row)));
});

Deno.test("kMeans() refuses fewer than one cluster and more than there are rows", async () => {
  for (const clusters of [0, 11, 2.5]) {
    await assert.rejects(cluster(corners(10), { clusters }), /there are 10 rows; ask for 1 to 10$/);
  }
});
