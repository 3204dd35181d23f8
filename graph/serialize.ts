import type { ConstantData, Graph } from "./graph.ts";
import { ONNX_SCHEMA } from "./_onnx_schema.ts";
import { protobufMessage } from "./protobuf_message.ts";
import { reachableNodes } from "./reachable_nodes.ts";
import { type Attributes, DATA_TYPES, type Node, type Shape, type Value } from "./value.ts";

/** Version of the ONNX file format written: 8 (ONNX 1.12), which every ONNX Runtime from 1.12 on reads. */
export const IR_VERSION = 8;

/** Version of the operator set used: 17. */
export const OPSET_VERSION = 17;

const MODEL = protobufMessage(ONNX_SCHEMA, "ModelProto");

/** `AttributeProto.AttributeType` of the kinds of attribute that Lathe writes. */
const ATTRIBUTE_TYPES = { float: 1, int: 2, ints: 7 };

/** Attributes that are floats although their value may be whole. */
const FLOAT_ATTRIBUTES: ReadonlySet<string> = new Set(["alpha", "beta", "epsilon"]);

/** Options of {@link serializeGraph}. */
export interface SerializeOptions {
  /** What the graph computes, for people who open the file. @default "" */
  description?: string;
  /** Whether inputs that no output depends on stay inputs of the file. @default "keep" */
  unusedInputs?: "keep" | "drop";
}

/** The graph as the bytes of an ONNX model. Operations that no output depends on are left out. */
export function serializeGraph(graph: Graph, options: SerializeOptions = {}): Uint8Array<ArrayBuffer> {
  const nodes = reachableNodes(graph);
  const used = new Set(nodes.flatMap((node) => node.inputs));
  for (const { value } of graph.outputs) used.add(value);
  const inputs = graph.inputs.filter((value) => options.unusedInputs !== "drop" || used.has(value));
  const names = nameOutputs(graph);
  const initializers = [...graph.constants].filter(([value]) => used.has(value));
  const copies = graph.outputs.filter(({ name, value }) => names.get(value) !== name);
  const model = {
    irVersion: IR_VERSION,
    producerName: "lathe",
    docString: options.description ?? "",
    opsetImport: [{ domain: "", version: OPSET_VERSION }],
    graph: {
      name: graph.name,
      node: [
        ...nodes.map((node, i) => nodeProto(node, i, names)),
        ...copies.map(({ name, value }) => ({
          input: [nameOf(value, names)],
          output: [name],
          name: `Identity_${name}`,
          opType: "Identity",
        })),
      ],
      initializer: initializers.map(([value, data]) => tensorProto(value, data)),
      input: inputs.map((value) => valueInfo(value.name, value)),
      output: graph.outputs.map(({ name, value }) => valueInfo(name, value)),
    },
  };
  try {
    return MODEL.encode(model);
  } catch (error) {
    throw new TypeError(`Cannot serialise graph ${graph.name}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Operators that a serialised graph contains, each once, in alphabetical order. */
export function listOperators(graph: Graph): string[] {
  return [...new Set(reachableNodes(graph).map((node) => node.op))].sort();
}

/** Names of computed values that are outputs: their first output name. Inputs and constants keep their own. */
function nameOutputs(graph: Graph): Map<Value, string> {
  const names = new Map<Value, string>();
  const fixed = new Set<Value>([...graph.inputs, ...graph.constants.keys()]);
  for (const { name, value } of graph.outputs) {
    if (!fixed.has(value) && !names.has(value)) names.set(value, name);
  }
  return names;
}

function nameOf(value: Value, names: ReadonlyMap<Value, string>): string {
  return names.get(value) ?? value.name;
}

function nodeProto(node: Node, index: number, names: ReadonlyMap<Value, string>): object {
  return {
    input: node.inputs.map((value) => nameOf(value, names)),
    output: node.outputs.map((value) => nameOf(value, names)),
    name: `${node.op}_${index}`,
    opType: node.op,
    attribute: attributeProtos(node.attributes),
  };
}

function attributeProtos(attributes: Attributes): object[] {
  return Object.entries(attributes).map(([name, value]) => {
    if (typeof value !== "number") return { name, ints: [...value], type: ATTRIBUTE_TYPES.ints };
    return FLOAT_ATTRIBUTES.has(name)
      ? { name, f: value, type: ATTRIBUTE_TYPES.float }
      : { name, i: value, type: ATTRIBUTE_TYPES.int };
  });
}

function tensorProto(value: Value, data: ConstantData): object {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { dims: [...value.shape], dataType: DATA_TYPES[value.type], name: value.name, rawData: bytes };
}

function valueInfo(name: string, value: Value): object {
  return { name, type: { tensorType: { elemType: DATA_TYPES[value.type], shape: shapeProto(value.shape) } } };
}

function shapeProto(shape: Shape): object {
  return {
    dim: shape.map((extent) => typeof extent === "number" ? { dimValue: extent } : { dimParam: extent }),
  };
}
