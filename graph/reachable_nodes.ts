import type { Graph } from "./graph.ts";
import type { Node } from "./value.ts";

/** The operations that a graph's outputs depend on, in the graph's order: those that are written and run. */
export function reachableNodes(graph: Graph): Node[] {
  const needed = new Set(graph.outputs.map(({ value }) => value));
  const kept: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((value) => needed.has(value))) continue;
    node.inputs.forEach((value) => needed.add(value));
    kept.push(node);
  }
  return kept.reverse();
}
