import { Random } from "../data/mod.ts";
import { dotProducts, Graph, serializeGraph } from "../graph/mod.ts";
import { type Matrix, rowOf, zeroMatrix } from "../model/mod.ts";
import type { Runtime, Session } from "../runtime/mod.ts";

/** Options of {@linkcode kMeans}. */
export interface KMeansOptions {
  /** How many clusters, from 1 to the number of rows. */
  clusters: number;
  /** What multiplies. */
  runtime: Runtime;
  /**
   * Which rows the clusters start from follows from it.
   *
   * @default 12
   */
  seed?: number;
  /**
   * Most passes over the rows; fewer where no row changes its cluster any more.
   *
   * @default 25
   */
  iterations?: number;
  /** Called after every pass with the number of rows that changed their cluster. */
  onPass?: (pass: number, changed: number) => void;
}

/** What {@linkcode kMeans} gives. */
export interface Clusters {
  /** float32 [clusters, n]: the mean of each cluster's rows. */
  centres: Matrix;
  /** int32 [rows]: the cluster of every row. */
  assignment: Int32Array;
}

/** Products that are held at once: 64 MB. */
const PRODUCTS = 1 << 24;

/**
 * Puts rows in clusters by Lloyd's algorithm (1957), from rows drawn at random; the products run on the runtime. A cluster
 * that loses all its rows takes the row that lies farthest from its own centre. The same seed gives the same clusters.
 *
 * @param x float32 [rows, n]
 * @param options {@linkcode KMeansOptions}
 * @throws {RangeError} if there are not 1 to `rows` clusters
 */
export async function kMeans(x: Matrix, options: KMeansOptions): Promise<Clusters> {
  const { clusters, runtime, seed = 12, iterations = 25, onPass } = options;
  checkClusters(clusters, x.rows);
  const order = Uint32Array.from({ length: x.rows }, (_, row) => row);
  new Random(seed).fork("clusters").shuffle(order);
  const centres = zeroMatrix(clusters, x.columns);
  for (let c = 0; c < clusters; c++) rowOf(centres, c).set(rowOf(x, order[c]));
  const assignment = new Int32Array(x.rows).fill(-1);
  using session = runtime.createSession(scoresGraph(), { name: "clusters" });
  for (let pass = 1; pass <= iterations; pass++) {
    const { changed, distances } = await assign(x, centres, { runtime, session, out: assignment });
    onPass?.(pass, changed);
    if (changed === 0) break;
    moveCentres(x, { assignment, distances, out: centres });
  }
  return { centres, assignment };
}

/**
 * Checks how many clusters are asked for.
 *
 * @throws {RangeError} if there are not 1 to `rows` clusters
 */
export function checkClusters(clusters: number, rows: number): void {
  if (Number.isInteger(clusters) && clusters >= 1 && clusters <= rows) return;
  throw new RangeError(`Cannot make ${clusters} clusters: there are ${rows} rows; ask for 1 to ${rows}`);
}

function scoresGraph(): Uint8Array<ArrayBuffer> {
  const graph = new Graph("clusters");
  const rows = graph.input("rows", "float32", ["rows", "n"]);
  graph.output("scores", dotProducts(rows, graph.input("centres", "float32", ["clusters", "n"])));
  return serializeGraph(graph);
}

/** Gives every row to the nearest centre: the one with the largest x.c - |c|^2 / 2. */
async function assign(
  x: Matrix,
  centres: Matrix,
  { runtime, session, out }: { runtime: Runtime; session: Session; out: Int32Array },
): Promise<{ changed: number; distances: Float64Array }> {
  const halves = Float64Array.from({ length: centres.rows }, (_, c) => squaredLength(rowOf(centres, c)) / 2);
  const distances = new Float64Array(x.rows);
  const step = Math.max(1, Math.floor(PRODUCTS / centres.rows));
  using centreTensor = runtime.tensor(centres.data, [centres.rows, centres.columns]);
  let changed = 0;
  for (let start = 0; start < x.rows; start += step) {
    const count = Math.min(step, x.rows - start);
    const chunk = x.data.subarray(start * x.columns, (start + count) * x.columns);
    using rows = runtime.tensor(chunk, [count, x.columns]);
    const { scores: tensor } = await session.run({ rows, centres: centreTensor });
    const scores = tensor.toArray() as Float32Array;
    tensor.release();
    for (let row = 0; row < count; row++) {
      let best = 0;
      let score = -Infinity;
      for (let c = 0, at = row * centres.rows; c < centres.rows; c++, at++) {
        const value = scores[at] - halves[c];
        if (value > score) [best, score] = [c, value];
      }
      distances[start + row] = squaredLength(rowOf(x, start + row)) - 2 * score;
      if (out[start + row] !== best) changed++;
      out[start + row] = best;
    }
  }
  return { changed, distances };
}

function moveCentres(
  x: Matrix,
  { assignment, distances, out }: { assignment: Int32Array; distances: Float64Array; out: Matrix },
): void {
  const sums = new Float64Array(out.data.length);
  const counts = new Int32Array(out.rows);
  for (let row = 0; row < x.rows; row++) {
    const at = assignment[row] * x.columns;
    const values = rowOf(x, row);
    for (let i = 0; i < values.length; i++) sums[at + i] += values[i];
    counts[assignment[row]]++;
  }
  const empty = [...counts.keys()].filter((c) => counts[c] === 0);
  const farthest = empty.length === 0
    ? []
    : Uint32Array.from(distances.keys()).sort((a, b) => distances[b] - distances[a] || a - b);
  for (let c = 0; c < out.rows; c++) {
    const centre = rowOf(out, c);
    for (let i = 0; i < centre.length; i++) centre[i] = sums[c * x.columns + i] / counts[c];
  }
  empty.forEach((c, i) => rowOf(out, c).set(rowOf(x, farthest[i])));
}

function squaredLength(vector: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += vector[i] * vector[i];
  return sum;
}
