import {
  gatherRows,
  gradients,
  Graph,
  mul,
  type ProductType,
  reduceSum,
  splitEvenly,
  square,
  type Value,
} from "../graph/mod.ts";
import { appendLoss, type GraphSpec } from "./loss_graph.ts";
import { differentiableSegmentSum, segmentInputs } from "./segment_sum.ts";
import { joinColumns, tableBlockName } from "./table_blocks.ts";

/** Options of {@link buildTrainingGraph}. */
export interface TrainingGraphOptions {
  /** Type in which the products of embeddings are computed. @default "float32" */
  products?: ProductType;
  /** Widths of the blocks of columns in which the table is kept. @default one, of the whole width */
  blocks?: readonly number[];
}

/** The forward pass, which training and evaluation graph share. */
interface Forward {
  loss: Value;
  rows: Value;
}

/**
 * The whole forward and backward pass of a batch, as one plain ONNX graph for any execution provider.
 *
 * Inputs: `embeddings` float32 [vocab, dim]; `unique` int32 [used], the distinct tokens; the plans `pool_*` (texts from
 * distinct tokens) and `scatter_*` (its transpose); `inverse_counts` float32 [texts, 1]; those of {@link appendLoss}.
 * Outputs: `loss`; `gradients` float32 [used, dim], those of the rows `unique`; `gradient_squares`, their squared norm.
 * A table in several blocks is `embeddings_0`, `embeddings_1` and so on.
 */
export function buildTrainingGraph(spec: GraphSpec, options: TrainingGraphOptions = {}): Graph {
  const graph = new Graph("training_model", { products: options.products });
  const { loss, rows } = appendForward(graph, spec, options.blocks);
  const [gradient] = gradients(loss, [rows]);
  graph.output("loss", loss);
  graph.output("gradients", gradient);
  graph.output("gradient_squares", reduceSum(square(gradient)));
  return graph;
}

/** The loss of a batch without gradients; inputs and `loss` as in {@link buildTrainingGraph}. */
export function buildEvaluationGraph(spec: GraphSpec): Graph {
  const graph = new Graph("eval_model");
  graph.output("loss", appendForward(graph, spec).loss);
  return graph;
}

function appendForward(graph: Graph, spec: GraphSpec, blocks: readonly number[] = [spec.dim]): Forward {
  const tables = blocks.map((width, i) =>
    graph.input(tableBlockName("embeddings", i, blocks), "float32", ["vocab", width])
  );
  const unique = graph.input("unique", "int32", ["used"]);
  const rows = joinColumns(tables.map((table) => gatherRows(table, unique)));
  const texts = spec.columns === 1 ? "pairs" : "texts"; // With one column a text is a row.
  const pool = segmentInputs(graph, "pool", texts);
  const scatter = segmentInputs(graph, "scatter", "used");
  const inverseCounts = graph.input("inverse_counts", "float32", [texts, 1]);
  const means = mul(differentiableSegmentSum(rows, pool, scatter), inverseCounts);
  const columns = splitEvenly(means, 0, { count: spec.columns, extent: "pairs" });
  return { loss: appendLoss(graph, spec, columns), rows };
}
