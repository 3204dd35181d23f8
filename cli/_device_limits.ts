import { add, gemm, Graph, reduceSum, serializeGraph, type Value } from "../graph/mod.ts";
import type { Runtime } from "../runtime/mod.ts";

/** What a device can do at most, measured with ONNX Runtime's own operators. */
export interface DeviceLimits {
  /** Bytes a second that an elementwise operator reads and writes, in 10^9. */
  gigabytesPerSecond: number;
  /** Operations a second of a product of square float32 matrices, in 10^12. */
  teraflops: number;
}

/** Rows and columns of the matrices: 64 MB each, far beyond any cache of a CPU. */
const EXTENT = 4096;
/** Rows and columns of the matrices that are multiplied: 17 GFLOP in all fill a CPU, a GPU takes 1.1 TFLOP. */
const FACTOR_EXTENT = { cpu: 1024, cuda: 4096, webgpu: 4096 };
/** Operators in a row, so that starting a graph does not count. */
const CHAIN = 8;
const ROUNDS = 3;

/**
 * Measures the limits of a device.
 *
 * @param runtime An open runtime.
 * @param clock Milliseconds from any fixed moment.
 * @param extents Rows and columns of the matrices, where others than usual are asked for.
 */
export async function measureLimits(
  runtime: Runtime,
  clock: () => number,
  extents: { matrices?: number; factors?: number } = {},
): Promise<DeviceLimits> {
  const passes = 1 + 2 * CHAIN + 1; // The matrix is written, each addition reads and writes, the sum reads.
  const extent = extents.matrices ?? EXTENT;
  const bytes = passes * extent * extent * 4;
  const copying = await fastest(runtime, { extent, operation: (x) => add(x, x) }, clock);
  const factorExtent = extents.factors ?? FACTOR_EXTENT[runtime.device];
  const operations = CHAIN * 2 * factorExtent ** 3;
  const multiplying = await fastest(
    runtime,
    { extent: factorExtent, operation: (x, first) => gemm(x, first) },
    clock,
  );
  return { gigabytesPerSecond: bytes / copying / 1e6, teraflops: operations / multiplying / 1e9 };
}

/** Milliseconds of the fastest of some runs of a chain of one operation; the sum at its end waits for all of it. */
async function fastest(
  runtime: Runtime,
  { extent, operation }: { extent: number; operation: (x: Value, first: Value) => Value },
  clock: () => number,
): Promise<number> {
  const graph = new Graph("limits_model");
  // A column and a row make the matrix on the device: what crosses over to it does not count.
  const first = add(
    graph.input("column", "float32", [extent, 1]),
    graph.input("row", "float32", [1, extent]),
  );
  let last = first;
  for (let i = 0; i < CHAIN; i++) last = operation(last, first);
  graph.output("sum", reduceSum(last, [0, 1]));
  using session = runtime.createSession(serializeGraph(graph), {
    name: "limits_model",
    optimization: "basic",
  });
  const inputs = {
    column: runtime.tensor(new Float32Array(extent), [extent, 1]),
    row: runtime.tensor(new Float32Array(extent), [1, extent]),
  };
  let best = Infinity;
  for (let round = 0; round <= ROUNDS; round++) {
    const start = clock();
    const { sum } = await session.run(inputs);
    if (round > 0) best = Math.min(best, clock() - start);
    sum.release();
  }
  for (const tensor of Object.values(inputs)) tensor.release();
  return best;
}
