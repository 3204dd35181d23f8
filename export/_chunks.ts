import {
  add,
  concat,
  div,
  extentOf,
  gatherRows,
  type Graph,
  less,
  maximum,
  mul,
  numbersAlong,
  reduceMax,
  reduceSum,
  runningSum,
  scatterRows,
  squeeze,
  sub,
  unsqueeze,
  type Value,
  where,
} from "../graph/mod.ts";

/** Texts of any lengths cut into chunks of one width; all values int64. */
export interface Chunks {
  /** [chunks, width]: places among the ids; past the last one where a chunk is not full. */
  readonly places: Value;
  /** [texts]: number of each text's first chunk. */
  readonly starts: Value;
  /** [texts]: chunks of each text, at least 1. */
  readonly counts: Value;
}

/**
 * Cuts texts into chunks.
 *
 * @param ids int64 [tokens]: the ids of all texts, one after the other
 * @param offsets int64 [texts]: where each text begins
 * @param width tokens of a chunk
 */
export function cutIntoChunks(ids: Value, offsets: Value, width: number): Chunks {
  const { graph } = ids;
  const tokens = extentOf(ids, 0);
  const following = add(numbersAlong(offsets, 0), integer(graph, 1));
  const ends = gatherRows(concat([offsets, unsqueeze(tokens, [0])], 0, "texts+1"), following);
  const lengths = sub(ends, offsets);
  const counts = maximum(
    div(add(lengths, integer(graph, width - 1)), integer(graph, width)),
    integer(graph, 1),
  );
  const starts = sub(runningTotal(counts), counts);
  const textOfChunk = textNumbers(starts, counts);
  const within = sub(numbersAlong(textOfChunk, 0), gatherRows(starts, textOfChunk));
  const first = add(gatherRows(offsets, textOfChunk), mul(within, integer(graph, width)));
  const columns = graph.constant(BigInt64Array.from({ length: width }, (_, i) => BigInt(i)), [1, width]);
  const places = add(unsqueeze(first, [1]), columns);
  const isInside = less(places, unsqueeze(gatherRows(ends, textOfChunk), [1]));
  return { places: where(isInside, places, tokens), starts, counts };
}

/**
 * Adds up what was computed for each chunk.
 *
 * @param values float32 [chunks, columns]
 * @param columns how many
 * @returns float32 [texts, columns]
 */
export function sumOfChunks(values: Value, { starts, counts }: Chunks, columns: number): Value {
  const { graph } = values;
  const padded = concat([values, graph.table(new Float32Array(columns), [1, columns])], 0, "chunks+1");
  const most = reduceMax(counts, [0]);
  const [zero, one] = [0, 1].map((number) => integer(graph, number));
  const numbers = graph.apply("Range", [zero, most, one], { type: "int64", shape: ["most"] });
  const row = unsqueeze(numbers, [0]);
  const places = where(
    less(row, unsqueeze(counts, [1])),
    add(unsqueeze(starts, [1]), row),
    extentOf(values, 0),
  );
  return reduceSum(gatherRows(padded, places), [1]);
}

/** Number of the text that each chunk is of: a one where a text begins, added up. */
function textNumbers(starts: Value, counts: Value): Value {
  const { graph } = starts;
  const total = unsqueeze(reduceSum(counts, [0]), [0]);
  const expand = (number: number, like: Value, extent: string): Value =>
    graph.apply("Expand", [integer(graph, number), like], { type: "int64", shape: [extent] });
  const none = expand(0, total, "chunks");
  const ones = graph.apply("Shape", [starts], { type: "int64", shape: [1] });
  const marks = scatterRows(none, starts, expand(1, ones, "texts"));
  return sub(runningTotal(marks), integer(graph, 1));
}

/** Running sum of a vector. */
function runningTotal(x: Value): Value {
  return squeeze(runningSum(unsqueeze(x, [0])), [0]);
}

function integer(graph: Graph, number: number): Value {
  return graph.constant(BigInt64Array.of(BigInt(number)), []);
}
