import { concat, div, gatherRows, Graph, maximum, reduceSum } from "../graph/mod.ts";
import { cutIntoChunks, sumOfChunks } from "./_chunks.ts";
import { unitRows } from "./_unit_rows.ts";
import type { ModelSource } from "./model_source.ts";
import type { Precision } from "./precision.ts";
import { tokenTable } from "./token_table.ts";

/** Tokens of a chunk: about the length of a short text, so that little is padded. */
const CHUNK = 16;

/**
 * The model as an ONNX graph over bags: `input_ids` int64 [tokens], the ids of all texts one after the other, and
 * `offsets` int64 [texts], where each text begins, give `embeddings` float32 [texts, dim]. These are the names and
 * shapes of Model2Vec's bag models. A text without tokens is a zero vector.
 *
 * ONNX has no operator that sums by segments (ScatterND's `add` is wrong on several threads), so that every text is cut
 * into chunks of a fixed width, all chunks are summed at once, and then the chunks of each text: memory grows with the
 * tokens, and only the number of chunks is padded to that of the longest text.
 *
 * @param source the model
 * @param precision how the table is stored
 */
export function bagGraph(source: ModelSource, precision: Precision): Graph {
  const graph = new Graph("lathe_bag");
  const ids = graph.input("input_ids", "int64", ["tokens"]);
  const offsets = graph.input("offsets", "int64", ["texts"]);
  const table = tokenTable(graph, source, precision);
  const padded = concat([ids, graph.integers([table.paddingId])], 0, "tokens+1");
  const chunks = cutIntoChunks(ids, offsets, CHUNK);
  const chunkIds = gatherRows(padded, chunks.places);
  const sums = reduceSum(table.rowsOf(chunkIds), [1]);
  const counts = reduceSum(table.countsOf(chunkIds), [1], { keep: true });
  const means = div(
    sumOfChunks(sums, chunks, source.dim),
    maximum(sumOfChunks(counts, chunks, 1), 1),
  );
  graph.output("embeddings", source.normalize ? unitRows(means) : means);
  return graph;
}
