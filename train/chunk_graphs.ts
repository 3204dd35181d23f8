import {
  add,
  concat,
  Graph,
  mul,
  reachableGradients,
  split,
  squaredLengths,
  sumOf,
  transpose,
  type Value,
} from "../graph/mod.ts";
import { columnName, gradientName, type GraphSpec, guideName } from "./loss_graph.ts";
import { allSizeWeights, buildLoss, Embedding, lossRequirements, lossSizes } from "./losses/mod.ts";

/** The graphs of a loss that is computed some rows at a time. */
export interface ChunkGraphs {
  /** Cuts a column's embeddings into blocks and adds up their squared lengths, size by size. */
  prepare: Graph;
  /** Loss of some rows against the whole batch, and its gradients. */
  chunk: Graph;
  /** The gradient of a column from what the chunks added up. */
  finish: Graph;
  /** Text columns that rows compete for, by number: those that `prepare` and `finish` are run on. */
  competitors: readonly number[];
}

/** Name of block `k` of a column's embeddings. */
export function blockName(column: number, k: number): string {
  return `${columnName(column)}_block_${k}`;
}

/** Name of the sum of the gradients of {@link blockName}. */
export function sumName(column: number, k: number): string {
  return `${columnName(column)}_sum_${k}`;
}

/** Name of a column's squared lengths, float32 [sizes, all]. */
export function squaresName(column: number): string {
  return `${columnName(column)}_squares`;
}

/** Name of a guide's vectors of the whole batch. */
export function allGuidesName(column: number): string {
  return `all_${guideName(column)}`;
}

/** Widths of the blocks that a loss cuts the embeddings into. */
export function blockWidths({ loss, dim }: GraphSpec): number[] {
  return lossSizes(loss, dim).map((size, i, sizes) => size - (sizes[i - 1] ?? 0));
}

/**
 * Builds the graphs of a loss whose rows are computed in chunks.
 *
 * The whole batch lies in blocks of columns, and the chunks add to the blocks' gradients by the product's own addend, so
 * that a chunk costs its matrix products and little more. Squared lengths come in from outside and their gradient goes
 * out, since they are the same for all chunks.
 *
 * `chunk` takes, for each text column, its rows float32 [pairs, dim]; for each competitor, blocks, sums and squares of
 * the whole batch; `first_row` int64 [], the number of the first row; `share` float32 [], rows of the chunk by rows of
 * the batch; guides of the rows and of the whole batch where the loss has a guide; `size_weights` where the sizes are
 * drawn. It gives `loss`, the rows' gradients ({@link gradientName}), `new_` sums, and the gradients of the squares.
 */
export function buildChunkGraphs(spec: GraphSpec): ChunkGraphs {
  const widths = blockWidths(spec);
  const { chunk, competitors } = buildChunkGraph(spec, widths);
  return {
    prepare: buildPrepareGraph(spec, widths),
    chunk,
    finish: buildFinishGraph(spec, widths),
    competitors,
  };
}

function buildPrepareGraph({ dim }: GraphSpec, widths: readonly number[]): Graph {
  const graph = new Graph("prepare_model");
  const blocks = split(graph.input("column", "float32", ["all", dim]), 1, widths);
  const squares = blocks.map((_, k) => transpose(sumOf(blocks.slice(0, k + 1).map(squaredLengths))));
  blocks.forEach((block, k) => graph.output(`block_${k}`, block));
  graph.output("squares", concat(squares, 0));
  return graph;
}

/** One column of the whole batch in the chunk's graph. */
interface Competitor {
  column: number;
  blocks: readonly Value[];
  squares: Value;
  embedding: Embedding;
}

function buildChunkGraph(
  spec: GraphSpec,
  widths: readonly number[],
): { chunk: Graph; competitors: readonly number[] } {
  const graph = new Graph("chunk_model");
  const numbers = Array.from({ length: spec.columns }, (_, i) => i);
  const rows = numbers.map((i) => graph.input(columnName(i), "float32", ["pairs", spec.dim]));
  const all = numbers.map((i) => competitor(graph, i, widths));
  const sizes = lossSizes(spec.loss, spec.dim);
  const guided = lossRequirements(spec.loss).guide === true;
  const guide = (name: (i: number) => string, extent: string): Embedding[] =>
    numbers.map((i) => new Embedding([graph.input(name(i), "float32", [extent, spec.guideDim!])]));
  const mean = buildLoss(spec.loss, {
    columns: rows.map((value) => Embedding.fromMatrix(value, sizes)),
    guides: guided ? guide(guideName, "pairs") : undefined,
    sizeWeights: sizeWeightsInput(graph, spec),
    all: {
      columns: all.map(({ embedding }) => embedding),
      guides: guided ? guide(allGuidesName, "all") : undefined,
      firstRow: graph.input("first_row", "int64", []),
    },
  });
  const loss = mul(mean, graph.input("share", "float32", []));
  graph.output("loss", loss);
  return { chunk: graph, competitors: appendGradients(graph, loss, { rows, all }) };
}

function sizeWeightsInput(graph: Graph, { loss }: GraphSpec): Value | undefined {
  const weights = allSizeWeights(loss);
  return weights === undefined ? undefined : graph.input("size_weights", "float32", [weights.length]);
}

function competitor(graph: Graph, column: number, widths: readonly number[]): Competitor {
  const blocks = widths.map((width, k) => graph.input(blockName(column, k), "float32", ["all", width]));
  const squares = graph.input(squaresName(column), "float32", [widths.length, "all"]);
  const lengths = split(squares, 0, widths.map(() => 1)).map((row) => transpose(row));
  return { column, blocks, squares, embedding: new Embedding(blocks, { squaredLengths: lengths }) };
}

/** Appends the gradients; gives the columns of the whole batch that the loss depends on. */
function appendGradients(
  graph: Graph,
  loss: Value,
  { rows, all }: { rows: readonly Value[]; all: readonly Competitor[] },
): number[] {
  const sums = new Map(
    all.flatMap(({ column, blocks }) =>
      blocks.map((block, k) => [block, graph.input(sumName(column, k), "float32", block.shape)] as const)
    ),
  );
  const wrt = [...rows, ...all.flatMap(({ blocks, squares }) => [...blocks, squares])];
  const found = reachableGradients(loss, wrt, sums);
  rows.forEach((row, i) => {
    const gradient = found.get(row);
    if (gradient !== undefined) graph.output(gradientName(i), gradient);
  });
  return all.filter(({ squares }) => found.has(squares)).map(({ column, blocks, squares }) => {
    blocks.forEach((block, k) => graph.output(`new_${sumName(column, k)}`, found.get(block)!));
    graph.output(`${squaresName(column)}_gradient`, found.get(squares)!);
    return column;
  });
}

/** d loss / d block_k = sum_k + 2 block_k (gradients of the squares of this size and of all larger ones). */
function buildFinishGraph({ dim }: GraphSpec, widths: readonly number[]): Graph {
  const graph = new Graph("finish_model");
  const rowGradient = graph.input("row_gradient", "float32", ["all", dim]);
  const squares = graph.input("squares_gradient", "float32", [widths.length, "all"]);
  const bySize = split(squares, 0, widths.map(() => 1));
  const blocks = widths.map((width, k) => {
    const block = graph.input(`block_${k}`, "float32", ["all", width]);
    const sum = graph.input(`sum_${k}`, "float32", ["all", width]);
    return add(sum, mul(block, mul(transpose(sumOf(bySize.slice(k))), 2)));
  });
  graph.output("gradient", add(rowGradient, concat(blocks, 1)));
  return graph;
}
