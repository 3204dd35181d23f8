import { cast, div, Graph, greater, maximum, mul, reduceSum, unsqueeze, where } from "../graph/mod.ts";
import { unitRows } from "./_unit_rows.ts";
import type { ModelSource } from "./model_source.ts";
import type { Precision } from "./precision.ts";
import { tokenTable } from "./token_table.ts";

/**
 * The model as an ONNX graph over padded texts, as transformers.js and most hosts of sentence encoders run it:
 * `input_ids` and `attention_mask`, both int64 [texts, tokens], give
 *
 * - `last_hidden_state`, float32 [texts, tokens, dim]: a row for every token, zeros for padding. The mean over the mask,
 *   which transformers.js takes with `pooling: "mean"`, is the model's vector;
 * - `sentence_embedding`, float32 [texts, dim]: that vector itself, L2-normalised if the model does so.
 *
 * @param source the model
 * @param precision how the table is stored
 */
export function paddedGraph(source: ModelSource, precision: Precision): Graph {
  const graph = new Graph("lathe_padded");
  const ids = graph.input("input_ids", "int64", ["texts", "tokens"]);
  const mask = graph.input("attention_mask", "int64", ["texts", "tokens"]);
  const table = tokenTable(graph, source, precision);
  const [zero, padding] = [0, table.paddingId].map((id) => graph.constant(BigInt64Array.of(BigInt(id)), []));
  const known = where(greater(mask, zero), ids, padding);
  const rows = table.rowsOf(known);
  const counts = maximum(reduceSum(table.countsOf(known), [1], { keep: true }), 1);
  const means = div(reduceSum(rows, [1]), counts);
  // Whoever divides by the mask's sum counts dropped tokens, too: their share is made up for here.
  const hidden = source.dropUnknown && source.unknown
    ? mul(rows, unsqueeze(div(reduceSum(cast(mask, "float32"), [1], { keep: true }), counts), [2]))
    : rows;
  graph.output("last_hidden_state", hidden);
  graph.output("sentence_embedding", source.normalize ? unitRows(means) : means);
  return graph;
}
