/**
 * Operations along the rows of a matrix that put elements in order, and count along them.
 *
 * @module
 */
import { extentOf, unsqueeze } from "./ops.ts";
import type { Value } from "./value.ts";

/** A sorted matrix. */
export interface SortedRows {
  /** The elements, each row in ascending order. */
  readonly values: Value;
  /** int64, the column that each of them came from; of equal elements the one further left comes first. */
  readonly order: Value;
}

/** Each row of a matrix in ascending order (ONNX's `TopK`). */
export function sortRows(x: Value): SortedRows {
  const count = unsqueeze(extentOf(x, 1), [0]);
  const results = [{ type: x.type, shape: x.shape }, { type: "int64" as const, shape: x.shape }];
  const [values, order] = x.graph.applyMany("TopK", [x, count], results, { axis: 1, largest: 0, sorted: 1 });
  return { values, order };
}

/** Elements of each row by column: result[i, j] = x[i, columns[i, j]], differentiable where none repeats. */
export function gatherColumns(x: Value, columns: Value): Value {
  return x.graph.apply("GatherElements", [x, columns], { type: x.type, shape: columns.shape }, { axis: 1 });
}

/** x with result[i, columns[i, j]] = updates[i, j]; no column occurs twice in a row. */
export function scatterColumns(x: Value, columns: Value, updates: Value): Value {
  const operands = [x, columns, updates];
  return x.graph.apply("ScatterElements", operands, { type: x.type, shape: x.shape }, { axis: 1 });
}

/** Running sum along each row of a matrix; backwards, from the right. */
export function runningSum(x: Value, direction: "forwards" | "backwards" = "forwards"): Value {
  const axis = x.graph.constant(BigInt64Array.of(1n), []);
  const reverse = Number(direction === "backwards");
  return x.graph.apply("CumSum", [x, axis], { type: x.type, shape: x.shape }, { reverse });
}
