import { add, gatherRows, Graph, mul, reduceSum, scatterRows, square, type Value } from "../graph/mod.ts";
import { cutColumns, joinColumns, tableBlockName } from "./table_blocks.ts";

/**
 * Empty sums, made where they are needed: a column and a row of zeros go to the device, not a table of them.
 *
 * Inputs: `column` float32 [vocab, 1], `row` float32 [1, dim]. Output: `sums` float32 [vocab, dim], or several blocks.
 *
 * @param blocks widths of the blocks of columns in which the sums are kept
 */
export function buildZerosGraph(blocks: readonly number[]): Graph {
  const graph = new Graph("zeros_model");
  const column = graph.input("column", "float32", ["vocab", 1]);
  const row = cutColumns(graph.input("row", "float32", [1, widthOf(blocks)]), blocks);
  row.forEach((part, i) => graph.output(tableBlockName("sums", i, blocks), add(column, part)));
  return graph;
}

/**
 * Adds row-sparse gradients of several batches up in a dense table.
 *
 * Inputs: `sums` float32 [vocab, dim], `unique` int32 [used], `gradients` float32 [used, dim]. Output: `new_sums`, which
 * may be written over its input. Several blocks are called `sums_0`, `sums_1` and so on.
 *
 * @param blocks widths of the blocks of columns in which the sums are kept
 */
export function buildAccumulationGraph(blocks: readonly number[]): Graph {
  const graph = new Graph("accumulation_model");
  const sums = sumInputs(graph, blocks);
  const rows = graph.input("unique", "int32", ["used"]);
  const gradients = cutColumns(graph.input("gradients", "float32", ["used", widthOf(blocks)]), blocks);
  sums.forEach((block, i) => {
    const added = scatterRows(block, rows, add(gatherRows(block, rows), gradients[i]));
    graph.output(`new_${block.name}`, added);
  });
  return graph;
}

/**
 * The mean gradient of some rows.
 *
 * Inputs: `sums`, `unique` as above, `share` float32 [], 1 / number of batches. Outputs: `gradients` float32 [used, dim]
 * and `gradient_squares` float32 [], their squared norm.
 */
export function buildMeanGraph(blocks: readonly number[]): Graph {
  const graph = new Graph("mean_model");
  const sums = sumInputs(graph, blocks);
  const rows = graph.input("unique", "int32", ["used"]);
  const found = joinColumns(sums.map((block) => gatherRows(block, rows)));
  const gradients = mul(found, graph.input("share", "float32", []));
  graph.output("gradients", gradients);
  graph.output("gradient_squares", reduceSum(square(gradients)));
  return graph;
}

function sumInputs(graph: Graph, blocks: readonly number[]): Value[] {
  return blocks.map((width, i) =>
    graph.input(tableBlockName("sums", i, blocks), "float32", ["vocab", width])
  );
}

function widthOf(blocks: readonly number[]): number {
  return blocks.reduce((sum, width) => sum + width, 0);
}
