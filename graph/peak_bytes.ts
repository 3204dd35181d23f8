import { bytesOf, type NamedExtents, VIEWS } from "./_extents.ts";
import type { Graph } from "./graph.ts";
import { reachableNodes } from "./reachable_nodes.ts";
import type { Value } from "./value.ts";

/** What a graph takes of a device's memory, besides its inputs and constants. */
export interface GraphMemory {
  /** Most bytes that its results take at any moment, outputs included. */
  peak: number;
  /** Bytes of its largest result. */
  largest: number;
}

/**
 * Estimates what a run of a graph takes: every result is there from the operation that gives it to the last one that
 * reads it, outputs to the end. A runtime that fuses operations or writes over operands needs less, one whose allocator
 * rounds up needs more.
 *
 * @param extents the extents that have names; a sum of names is known where they are, any other name counts as 1
 */
export function peakBytes(graph: Graph, extents: NamedExtents): GraphMemory {
  const nodes = reachableNodes(graph);
  const roots = new Map<Value, Value>();
  const rootOf = (value: Value): Value => roots.get(value) ?? value;
  for (const { op, inputs, outputs } of nodes) {
    if (VIEWS.has(op)) roots.set(outputs[0], rootOf(inputs[0]));
  }
  const lastUse = new Map<Value, number>();
  nodes.forEach(({ inputs, outputs }, i) => {
    for (const value of [...inputs, ...outputs]) lastUse.set(rootOf(value), i);
  });
  for (const { value } of graph.outputs) lastUse.set(rootOf(value), nodes.length);
  const memory: GraphMemory = { peak: 0, largest: 0 };
  const live = new Map<Value, number>();
  let bytes = 0;
  nodes.forEach(({ inputs, outputs }, i) => {
    for (const value of outputs.filter((each) => rootOf(each) === each)) {
      const size = bytesOf(value, extents);
      live.set(value, size);
      bytes += size;
      memory.largest = Math.max(memory.largest, size);
    }
    memory.peak = Math.max(memory.peak, bytes);
    for (const value of new Set([...inputs, ...outputs].map(rootOf))) {
      if (lastUse.get(value) !== i) continue;
      bytes -= live.get(value) ?? 0;
      live.delete(value);
    }
  });
  return memory;
}
