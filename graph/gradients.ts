import type { Graph } from "./graph.ts";
import { addGradients, NO_GRADIENT, RULES } from "./rules.ts";
import type { Node, Value } from "./value.ts";

/**
 * Appends the backward pass to a graph: the gradient of a scalar with respect to some values, by reverse mode.
 *
 * Only operations between `wrt` and `loss` are differentiated. A gradient by hand ({@link Graph.setGradient}) takes the
 * place of the operations it covers.
 *
 * @param loss float32 scalar
 * @param wrt float32 values of the same graph
 * @returns a gradient of the same shape for each value of `wrt`
 * @throws {TypeError} if the loss is no scalar or does not depend on a value
 */
export function gradients(loss: Value, wrt: readonly Value[]): Value[] {
  const found = reachableGradients(loss, wrt);
  return wrt.map((value) => {
    const gradient = found.get(value);
    if (gradient === undefined) {
      throw new TypeError(`Cannot differentiate: the loss does not depend on ${value.name}`);
    }
    return gradient;
  });
}

/**
 * Like {@link gradients}, for values that the loss may or may not depend on.
 *
 * @param sums values that the gradients are added to, by what they are the gradients of
 * @returns the gradient of each value of `wrt` that the loss depends on
 * @throws {TypeError} if the loss is no scalar
 */
export function reachableGradients(
  loss: Value,
  wrt: readonly Value[],
  sums: ReadonlyMap<Value, Value> = new Map(),
): Map<Value, Value> {
  if (loss.shape.length !== 0) {
    throw new TypeError(`Cannot differentiate: the loss has shape [${loss.shape}]; reduce it to a scalar`);
  }
  const { graph } = loss;
  const nodes = [...graph.nodes];
  const dependent = findDependents(graph, nodes, wrt);
  const adjoints = new Map<Value, Value>([[loss, graph.scalar(1)]]);
  const add = (value: Value, gradient: Value | null): void => {
    if (gradient === null || !dependent.has(value)) return;
    adjoints.set(value, addGradients(adjoints.get(value) ?? sums.get(value), gradient));
  };
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((value) => adjoints.has(value))) continue;
    const { inputs, found } = backward(node, adjoints, dependent);
    inputs.forEach((value, i) => add(value, found[i] ?? null));
  }
  return new Map(wrt.filter((value) => adjoints.has(value)).map((value) => [value, adjoints.get(value)!]));
}

function backward(
  node: Node,
  adjoints: ReadonlyMap<Value, Value>,
  dependent: ReadonlySet<Value>,
): { inputs: readonly Value[]; found: readonly (Value | null)[] } {
  const custom = node.outputs[0].graph.customGradientOf(node.outputs[0]);
  if (custom !== undefined) {
    return { inputs: custom.inputs, found: custom.rule(adjoints.get(node.outputs[0])!) };
  }
  if (!node.inputs.some((value) => dependent.has(value))) return { inputs: [], found: [] };
  const rule = RULES[node.op];
  if (rule === NO_GRADIENT) return { inputs: [], found: [] };
  return { inputs: node.inputs, found: rule(node, node.outputs.map((value) => adjoints.get(value) ?? null)) };
}

/** The values that depend on `wrt`, themselves included. Bools, integers and operators without rule end a path. */
function findDependents(graph: Graph, nodes: readonly Node[], wrt: readonly Value[]): Set<Value> {
  const dependent = new Set(wrt);
  for (const node of nodes) {
    const custom = graph.customGradientOf(node.outputs[0]);
    const sources = custom?.inputs ?? (RULES[node.op] === NO_GRADIENT ? [] : node.inputs);
    if (!sources.some((value) => dependent.has(value))) continue;
    node.outputs.filter((value) => value.type === "float32").forEach((value) => dependent.add(value));
  }
  return dependent;
}
