import type { Graph } from "./graph.ts";

/** Element types that graphs use. */
export type ElementType = "float32" | "float16" | "bfloat16" | "int8" | "int32" | "int64" | "bool";

/** `TensorProto.DataType` of ONNX by element type. */
export const DATA_TYPES: Readonly<Record<ElementType, number>> = {
  float32: 1,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  bfloat16: 16,
};

/** One extent of a shape: a number, or the name of an extent that is known only when the graph runs. */
export type Extent = number | string;

/** A shape, outermost extent first; empty for a scalar. */
export type Shape = readonly Extent[];

/** A tensor in a graph under construction. */
export interface Value {
  /** The graph that it belongs to. */
  readonly graph: Graph;
  /** Order of creation: an operation's result has a larger number than what it was computed from. */
  readonly id: number;
  /** Name in the ONNX file. */
  readonly name: string;
  /** Element type. */
  readonly type: ElementType;
  /** Shape, with names for extents that vary. */
  readonly shape: Shape;
}

/** Attributes of an operation, in ONNX's own spelling; numbers in `ints` fields are integers. */
export type Attributes = Readonly<Record<string, number | readonly number[]>>;

/** One operation of a graph. */
export interface Node {
  /** ONNX operator name. */
  readonly op: OperatorName;
  /** Operands, in ONNX's order. */
  readonly inputs: readonly Value[];
  /** Results, in ONNX's order. */
  readonly outputs: readonly Value[];
  /** Attributes. */
  readonly attributes: Attributes;
}

/** Operators of ONNX (opset 17, default domain) that Lathe emits. */
export const OPERATOR_NAMES = [
  "Abs",
  "Add",
  "And",
  "Cast",
  "Concat",
  "CumSum",
  "Div",
  "Equal",
  "Exp",
  "Expand",
  "Gather",
  "GatherElements",
  "Gemm",
  "Greater",
  "GreaterOrEqual",
  "Identity",
  "Less",
  "Log",
  "Max",
  "Min",
  "Mul",
  "Neg",
  "Not",
  "Range",
  "ReduceMax",
  "ReduceMean",
  "ReduceSum",
  "Relu",
  "Reshape",
  "ScatterElements",
  "ScatterND",
  "Shape",
  "Softmax",
  "Split",
  "Sqrt",
  "Squeeze",
  "Sub",
  "TopK",
  "Transpose",
  "Unsqueeze",
  "Where",
] as const;

/** Name of an operator that Lathe emits. */
export type OperatorName = typeof OPERATOR_NAMES[number];

/** Whether two extents are known to be equal: the same number, or the same name. */
export function sameExtent(a: Extent, b: Extent): boolean {
  return a === b;
}

/**
 * Shape of an elementwise result by ONNX's (NumPy's) broadcasting.
 *
 * @throws {TypeError} if two extents differ and none of them is 1
 */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === 1) return right;
    if (right === 1 || sameExtent(left, right)) return left;
    throw new TypeError(`Cannot combine shapes [${a}] and [${b}]: extents ${left} and ${right} differ`);
  });
}
