import { cast, gatherRows, type Graph, mul, unsqueeze, type Value } from "../graph/mod.ts";
import type { ModelSource } from "./model_source.ts";
import type { Precision } from "./precision.ts";
import { storeTable } from "./stored_table.ts";

/** A model's table inside a graph. */
export interface TokenTable {
  /** The id that stands for no token: its row is zero and does not count. One more than the last. */
  readonly paddingId: number;
  /** The rows of token ids: int64 [...] to float32 [..., dim]. */
  rowsOf(ids: Value): Value;
  /** 1 for every token that counts in the mean, else 0: int64 [...] to float32 [...]. */
  countsOf(ids: Value): Value;
}

/**
 * Puts a model's table into a graph, with a row of zeros at its end for padding.
 *
 * @param graph receives the constants
 * @param source the model
 * @param precision how the table is stored; the graph calculates in float32
 */
export function tokenTable(graph: Graph, source: ModelSource, precision: Precision): TokenTable {
  const { dim, rows, vocabSize, weights } = source;
  const stored = storeTable(source.table, dim, precision);
  const table = graph.table(withZeros(stored.data, dim), [rows + 1, dim]);
  const scales = stored.scales && graph.table(withZeros(stored.scales, 1), [rows + 1, 1]);
  const rowNumbers = rowNumbersOf(source);
  const mapping = rowNumbers && graph.table(rowNumbers, [vocabSize + 1]);
  const factors = weights &&
    graph.table(withZeros(new Float32Array(weights.subarray(0, vocabSize)), 1), [vocabSize + 1]);
  const counts = graph.table(countsOfIds(source), [vocabSize + 1]);
  return {
    paddingId: vocabSize,
    rowsOf(ids) {
      const numbers = mapping === undefined ? ids : gatherRows(mapping, ids);
      let found = cast(gatherRows(table, numbers), "float32");
      if (scales !== undefined) found = mul(found, gatherRows(scales, numbers));
      return factors === undefined
        ? found
        : mul(found, unsqueeze(gatherRows(factors, ids), [ids.shape.length]));
    },
    countsOf: (ids) => gatherRows(counts, ids),
  };
}

function withZeros<T extends Float32Array | Float16Array | Int8Array>(data: T, count: number): T {
  const longer = new (data.constructor as new (length: number) => T)(data.length + count);
  longer.set(data);
  return longer;
}

/** Row of every id, where that is not the id itself; the padding and a dropped token have the row of zeros. */
function rowNumbersOf(
  { mapping, rows, vocabSize, dropUnknown, unknown }: ModelSource,
): Int32Array | undefined {
  if (mapping === undefined && !(dropUnknown && unknown)) return undefined;
  const numbers = Int32Array.from({ length: vocabSize + 1 }, (_, id) => mapping?.[id] ?? id);
  numbers[vocabSize] = rows;
  if (dropUnknown && unknown) numbers[unknown.id] = rows;
  return numbers;
}

function countsOfIds({ vocabSize, dropUnknown, unknown }: ModelSource): Float32Array {
  const counts = new Float32Array(vocabSize + 1).fill(1);
  counts[vocabSize] = 0;
  if (dropUnknown && unknown) counts[unknown.id] = 0;
  return counts;
}
