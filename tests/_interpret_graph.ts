/**
 * Runs a small graph in plain loops and rounds every result to its type. The CPU's runtime has no products in float16: it
 * takes the casts around them out again, so what they would lose can only be seen here or on a device.
 */
import type { Graph, Node, Value } from "../graph/mod.ts";

/** A tensor as numbers. */
export interface Numbers {
  data: number[];
  shape: number[];
}

const ROUND: Partial<Record<Value["type"], (x: number) => number>> = {
  float32: Math.fround,
  float16: (x) => new Float16Array([x])[0],
};

const BINARY: Record<string, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Max: Math.max,
};

/** Values of the outputs. @throws {TypeError} at an operator that it does not know */
export function interpretGraph(graph: Graph, inputs: Record<string, Numbers>): Record<string, number[]> {
  const values = new Map<Value, Numbers>();
  for (const value of graph.inputs) values.set(value, inputs[value.name]);
  for (const [value, data] of graph.constants) {
    values.set(value, { data: [...data].map(Number), shape: value.shape.map(Number) });
  }
  for (const node of graph.nodes) {
    const result = run(node, node.inputs.map((value) => values.get(value)!));
    const round = ROUND[node.outputs[0].type] ?? ((x: number) => x);
    values.set(node.outputs[0], { ...result, data: result.data.map(round) });
  }
  return Object.fromEntries(graph.outputs.map(({ name, value }) => [name, values.get(value)!.data]));
}

function run({ op, attributes }: Node, [a, b, c]: Numbers[]): Numbers {
  if (op in BINARY) return broadcast(a, b, BINARY[op]);
  switch (op) {
    case "Abs":
      return { ...a, data: a.data.map(Math.abs) };
    case "Cast":
      return a;
    case "Shape":
      return { data: a.shape, shape: [a.shape.length] };
    case "Expand":
      return { data: new Array(size(b.data)).fill(a.data[0]), shape: b.data };
    case "Unsqueeze":
    case "Reshape":
      return { data: a.data, shape: op === "Reshape" ? b.data : b.data.map(() => 1) };
    case "ReduceMax":
      return { data: [Math.max(...a.data)], shape: [] };
    case "ReduceSum":
      return { data: [a.data.reduce((sum, x) => sum + x, 0)], shape: attributes.keepdims ? [1, 1] : [] };
    case "Gemm": {
      const found = product(attributes.transA === 1 ? turned(a) : a, attributes.transB === 1 ? turned(b) : b);
      return c === undefined ? found : broadcast(found, c, BINARY.Add);
    }
    default:
      throw new TypeError(`Cannot interpret ${op}: it is not known; add it`);
  }
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** One of them is a scalar, or both have one shape. */
function broadcast(a: Numbers, b: Numbers, operation: (a: number, b: number) => number): Numbers {
  const { shape, data: { length } } = a.data.length >= b.data.length ? a : b;
  const at = ({ data }: Numbers, i: number): number => data[data.length === 1 ? 0 : i];
  return { shape, data: Array.from({ length }, (_, i) => operation(at(a, i), at(b, i))) };
}

function turned({ data, shape: [rows, columns] }: Numbers): Numbers {
  const at = (i: number): number => data[(i % rows) * columns + Math.floor(i / rows)];
  return { data: data.map((_, i) => at(i)), shape: [columns, rows] };
}

function product(a: Numbers, b: Numbers): Numbers {
  const [[rows, inner], columns] = [a.shape, b.shape[1]];
  const data = Array.from({ length: rows * columns }, (_, at) => {
    const [i, j] = [Math.floor(at / columns), at % columns];
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += a.data[i * inner + k] * b.data[k * columns + j];
    return sum;
  });
  return { data, shape: [rows, columns] };
}
