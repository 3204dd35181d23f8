import { add, cast, gatherRows, Graph, mul, reduceSum, scatterRows, square } from "../graph/mod.ts";

/**
 * Adds row-sparse gradients of several batches up in a dense table.
 *
 * Inputs: `sums` float32 [vocab, dim], `unique` int32 [used], `gradients` float32 [used, dim]. Output: `new_sums`, which
 * may be written over its input.
 */
export function buildAccumulationGraph(dim: number): Graph {
  const graph = new Graph("accumulation_model");
  const sums = graph.input("sums", "float32", ["vocab", dim]);
  const rows = graph.input("unique", "int32", ["used"]);
  const gradients = graph.input("gradients", "float32", ["used", dim]);
  graph.output("new_sums", scatterRows(sums, cast(rows, "int64"), add(gatherRows(sums, rows), gradients)));
  return graph;
}

/**
 * The mean gradient of some rows.
 *
 * Inputs: `sums`, `unique` as above, `share` float32 [], 1 / number of batches. Outputs: `gradients` float32 [used, dim]
 * and `gradient_squares` float32 [], their squared norm.
 */
export function buildMeanGraph(dim: number): Graph {
  const graph = new Graph("mean_model");
  const sums = graph.input("sums", "float32", ["vocab", dim]);
  const rows = graph.input("unique", "int32", ["used"]);
  const gradients = mul(gatherRows(sums, rows), graph.input("share", "float32", []));
  graph.output("gradients", gradients);
  graph.output("gradient_squares", reduceSum(square(gradients)));
  return graph;
}
