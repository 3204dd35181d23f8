import { bytesOf, elementsOf, type NamedExtents, resolveShape, VIEWS } from "./_extents.ts";
import type { Graph } from "./graph.ts";
import { reachableNodes } from "./reachable_nodes.ts";
import type { Node, OperatorName } from "./value.ts";

/** What the operators of one name move and compute in a run of a graph. */
export interface OperatorTraffic {
  /** How many there are. */
  count: number;
  /** Bytes read and written. */
  bytes: number;
  /** Floating-point operations of matrix products. */
  operations: number;
}

/** Operators that look at no element. */
const FREE: ReadonlySet<OperatorName> = new Set([...VIEWS, "Shape"]);

/** Operators that read as much of their first operand as they give. */
const GATHERS: ReadonlySet<OperatorName> = new Set(["Gather", "GatherElements"]);

/**
 * What a run of a graph moves and computes at least, by operator: every operand is read and every result written once,
 * of what is gathered only the rows that are. Caches and fused operators move less.
 *
 * @param extents the extents that have names; see `peakBytes`
 */
export function graphTraffic(
  graph: Graph,
  extents: NamedExtents,
): Partial<Record<OperatorName, OperatorTraffic>> {
  const found: Partial<Record<OperatorName, OperatorTraffic>> = {};
  for (const node of reachableNodes(graph)) {
    const traffic = found[node.op] ??= { count: 0, bytes: 0, operations: 0 };
    const written = node.outputs.reduce((sum, value) => sum + bytesOf(value, extents), 0);
    const [first, ...rest] = node.inputs.map((value) => bytesOf(value, extents));
    const read = (GATHERS.has(node.op) ? written : first) + rest.reduce((sum, bytes) => sum + bytes, 0);
    traffic.count++;
    if (!FREE.has(node.op)) traffic.bytes += read + written;
    if (node.op === "Gemm") traffic.operations += productOperations(node, extents);
  }
  return found;
}

/** Two operations for each of the terms that are added up. */
function productOperations({ inputs: [a], outputs: [y], attributes }: Node, extents: NamedExtents): number {
  const [rows, columns] = resolveShape(a.shape, extents);
  return 2 * elementsOf(y, extents) * (attributes.transA === 1 ? rows : columns);
}
