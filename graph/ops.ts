/**
 * The operations of a graph, one function each. They append ONNX operators to the graph of their operands and give
 * the result; shapes are checked where they are known. A plain number stands for a float32 scalar.
 *
 * @module
 */
import type { Graph } from "./graph.ts";
import {
  broadcastShapes,
  DATA_TYPES,
  type ElementType,
  type Extent,
  type OperatorName,
  type Shape,
  type Value,
} from "./value.ts";

/** A value, or a number that stands for a float32 scalar. */
export type Operand = Value | number;

function graphOf(...operands: readonly Operand[]): Graph {
  const value = operands.find((operand) => typeof operand !== "number") as Value | undefined;
  if (value === undefined) throw new TypeError("Cannot build an operation: no operand is a value of a graph");
  return value.graph;
}

function elementwise(op: OperatorName, operands: readonly Operand[], type?: ElementType): Value {
  const graph = graphOf(...operands);
  const values = operands.map((operand) => typeof operand === "number" ? graph.scalar(operand) : operand);
  const shape = values.map((value) => value.shape).reduce(broadcastShapes);
  return graph.apply(op, values, { type: type ?? values[values.length - 1].type, shape });
}

/** a + b, broadcast. */
export function add(a: Operand, b: Operand): Value {
  return elementwise("Add", [a, b]);
}

/** a - b, broadcast. */
export function sub(a: Operand, b: Operand): Value {
  return elementwise("Sub", [a, b]);
}

/** a * b elementwise, broadcast. */
export function mul(a: Operand, b: Operand): Value {
  return elementwise("Mul", [a, b]);
}

/** a / b elementwise, broadcast. */
export function div(a: Operand, b: Operand): Value {
  return elementwise("Div", [a, b]);
}

/** -x. */
export function neg(x: Value): Value {
  return elementwise("Neg", [x]);
}

/** e^x. */
export function exp(x: Value): Value {
  return elementwise("Exp", [x]);
}

/** Natural logarithm. */
export function log(x: Value): Value {
  return elementwise("Log", [x]);
}

/** Square root. */
export function sqrt(x: Value): Value {
  return elementwise("Sqrt", [x]);
}

/** x^2. */
export function square(x: Value): Value {
  return mul(x, x);
}

/** |x|; the gradient at 0 is 0. */
export function abs(x: Value): Value {
  return elementwise("Abs", [x]);
}

/** max(x, 0); the gradient at 0 is 0. */
export function relu(x: Value): Value {
  return elementwise("Relu", [x]);
}

/** The larger of a and b; where they are equal the gradient goes to b. */
export function maximum(a: Operand, b: Operand): Value {
  return elementwise("Max", [a, b]);
}

/** The smaller of a and b; where they are equal the gradient goes to b. */
export function minimum(a: Operand, b: Operand): Value {
  return elementwise("Min", [a, b]);
}

/** a = b elementwise, bool. */
export function equal(a: Operand, b: Operand): Value {
  return elementwise("Equal", [a, b], "bool");
}

/** a > b elementwise, bool. */
export function greater(a: Operand, b: Operand): Value {
  return elementwise("Greater", [a, b], "bool");
}

/** a >= b elementwise, bool. */
export function greaterOrEqual(a: Operand, b: Operand): Value {
  return elementwise("GreaterOrEqual", [a, b], "bool");
}

/** a < b elementwise, bool. */
export function less(a: Operand, b: Operand): Value {
  return elementwise("Less", [a, b], "bool");
}

/** a and b, bool. */
export function and(a: Value, b: Value): Value {
  return elementwise("And", [a, b]);
}

/** Negation of a bool. */
export function not(x: Value): Value {
  return elementwise("Not", [x]);
}

/** `yes` where the condition holds, else `no`; broadcast. */
export function where(condition: Value, yes: Operand, no: Operand): Value {
  const graph = condition.graph;
  const [a, b] = [yes, no].map((operand) => typeof operand === "number" ? graph.scalar(operand) : operand);
  const shape = [condition, a, b].map((value) => value.shape).reduce(broadcastShapes);
  return graph.apply("Where", [condition, a, b], { type: b.type, shape });
}

/** x with another element type. */
export function cast(x: Value, type: ElementType): Value {
  if (x.type === type) return x;
  return x.graph.apply("Cast", [x], { type, shape: x.shape }, { to: DATA_TYPES[type] });
}

/** Options of {@link gemm}. */
export interface GemmOptions {
  /** Use the transpose of a. @default false */
  transposeA?: boolean;
  /** Use the transpose of b. @default false */
  transposeB?: boolean;
  /** Added to the product, broadcast. @default nothing */
  plus?: Value;
}

/** Matrix product of two matrices. @throws {TypeError} if they do not fit */
export function gemm(a: Value, b: Value, options: GemmOptions = {}): Value {
  const [rows, inner] = options.transposeA ? a.shape.toReversed() : a.shape;
  const [inner2, columns] = options.transposeB ? b.shape.toReversed() : b.shape;
  if (a.shape.length !== 2 || b.shape.length !== 2 || inner !== inner2) {
    throw new TypeError(
      `Cannot multiply [${a.shape}] and [${b.shape}]: the inner extents ${inner} and ${inner2} differ`,
    );
  }
  const attributes: Record<string, number> = {};
  if (options.transposeA) attributes.transA = 1;
  if (options.transposeB) attributes.transB = 1;
  const operands = options.plus === undefined ? [a, b] : [a, b, options.plus];
  return a.graph.apply("Gemm", operands, { type: a.type, shape: [rows, columns] }, attributes);
}

/** Transpose of a matrix, or any permutation of axes. */
export function transpose(
  x: Value,
  permutation: readonly number[] = x.shape.map((_, i) => i).toReversed(),
): Value {
  const shape = permutation.map((axis) => x.shape[axis]);
  return x.graph.apply("Transpose", [x], { type: x.type, shape }, { perm: permutation });
}

/** Options of the reductions. */
export interface ReduceOptions {
  /** Keep reduced axes with extent 1. @default false */
  keep?: boolean;
}

function reducedShape(x: Value, axes: readonly number[], keep: boolean): Shape {
  return x.shape.flatMap((extent, axis) => axes.includes(axis) ? (keep ? [1] : []) : [extent]);
}

/** All axes of a value. */
export function allAxes(x: Value): number[] {
  return x.shape.map((_, axis) => axis);
}

/** Sum over axes. */
export function reduceSum(
  x: Value,
  axes: readonly number[] = allAxes(x),
  options: ReduceOptions = {},
): Value {
  if (axes.length === 0) return x;
  const keep = options.keep ?? false;
  const shape = reducedShape(x, axes, keep);
  return x.graph.apply("ReduceSum", [x, x.graph.integers(axes)], { type: x.type, shape }, {
    keepdims: Number(keep),
  });
}

/** Mean over axes. */
export function reduceMean(
  x: Value,
  axes: readonly number[] = allAxes(x),
  options: ReduceOptions = {},
): Value {
  const keep = options.keep ?? false;
  const shape = reducedShape(x, axes, keep);
  return x.graph.apply("ReduceMean", [x], { type: x.type, shape }, { axes, keepdims: Number(keep) });
}

/** Largest element over axes. */
export function reduceMax(
  x: Value,
  axes: readonly number[] = allAxes(x),
  options: ReduceOptions = {},
): Value {
  const keep = options.keep ?? false;
  const shape = reducedShape(x, axes, keep);
  return x.graph.apply("ReduceMax", [x], { type: x.type, shape }, { axes, keepdims: Number(keep) });
}

/** Softmax over the last axis. */
export function softmax(x: Value): Value {
  return x.graph.apply("Softmax", [x], { type: x.type, shape: x.shape }, { axis: x.shape.length - 1 });
}

/** Rows of x by number: x [n, ...], ids [...k] gives [...k, ...]. Differentiable where the ids do not repeat. */
export function gatherRows(x: Value, ids: Value): Value {
  return x.graph.apply("Gather", [x, ids], { type: x.type, shape: [...ids.shape, ...x.shape.slice(1)] }, {
    axis: 0,
  });
}

/**
 * x with the rows `ids` (int32 or int64 [k], without repetition) replaced by `rows` [k, ...]. The cast comes last: WebGPU
 * has no other operators for int64, and an operator on the CPU in between would wait for the device.
 */
export function scatterRows(x: Value, ids: Value, rows: Value): Value {
  const places = cast(unsqueeze(ids, [1]), "int64");
  return x.graph.apply("ScatterND", [x, places, rows], { type: x.type, shape: x.shape });
}

/** Values one after the other along an axis; `extent` names the result's extent if it is not the sum of numbers. */
export function concat(values: readonly Value[], axis: number, extent?: Extent): Value {
  if (values.length === 1) return values[0];
  const [first] = values;
  const extents = values.map((value) => value.shape[axis]);
  const sum = extents.every((e) => typeof e === "number")
    ? (extents as number[]).reduce((a, b) => a + b, 0)
    : undefined;
  const total = extent ?? sum ?? extents.join("+");
  const shape = first.shape.with(axis, total);
  return first.graph.apply("Concat", values, { type: first.type, shape }, { axis });
}

/** x in parts along an axis; the extents are numbers that add up to the axis' extent. */
export function split(x: Value, axis: number, extents: readonly number[]): readonly Value[] {
  if (extents.length === 1) return [x];
  const results = extents.map((extent) => ({ type: x.type, shape: x.shape.with(axis, extent) }));
  return x.graph.applyMany("Split", [x, x.graph.integers(extents)], results, { axis });
}

/** x in `count` parts of equal extent along an axis; `extent` names the extent of a part. */
export function splitEvenly(
  x: Value,
  axis: number,
  { count, extent }: { count: number; extent: Extent },
): readonly Value[] {
  if (count === 1) return [x];
  const result = { type: x.type, shape: x.shape.with(axis, extent) };
  return x.graph.applyMany("Split", [x], Array.from({ length: count }, () => result), { axis });
}

/** x in parts along axis 0, whose sizes are known when the graph runs; `extents` names them. */
export function splitRows(x: Value, sizes: Value, extents: readonly Extent[]): readonly Value[] {
  const results = extents.map((extent) => ({ type: x.type, shape: [extent, ...x.shape.slice(1)] }));
  return x.graph.applyMany("Split", [x, sizes], results, { axis: 0 });
}

/** x in another shape with the same elements; -1 takes what is left and is named by `shape`. */
export function reshape(x: Value, extents: readonly number[], shape: Shape = extents): Value {
  return x.graph.apply("Reshape", [x, x.graph.integers(extents)], { type: x.type, shape });
}

/** x with the shape of `like`, which has the same elements. */
export function reshapeLike(x: Value, like: Value): Value {
  return x.graph.apply("Reshape", [x, shapeOf(like)], { type: x.type, shape: like.shape });
}

/** x with axes of extent 1 put in; `axes` count in the result. */
export function unsqueeze(x: Value, axes: readonly number[]): Value {
  const shape = [...x.shape];
  for (const axis of axes) shape.splice(axis, 0, 1);
  return x.graph.apply("Unsqueeze", [x, x.graph.integers(axes)], { type: x.type, shape });
}

/** x without the given axes of extent 1. */
export function squeeze(x: Value, axes: readonly number[]): Value {
  const shape = x.shape.filter((_, axis) => !axes.includes(axis));
  return x.graph.apply("Squeeze", [x, x.graph.integers(axes)], { type: x.type, shape });
}

/** Shape of x, int64. */
export function shapeOf(x: Value): Value {
  return x.graph.apply("Shape", [x], { type: "int64", shape: [x.shape.length] });
}

/** The numbers 0, 1, ... up to the extent of an axis of x, int64 [extent]. */
export function numbersAlong(x: Value, axis: number): Value {
  const { graph } = x;
  const extent = extentOf(x, axis);
  const [start, step] = [0n, 1n].map((n) => graph.constant(BigInt64Array.of(n), []));
  return graph.apply("Range", [start, extent, step], { type: "int64", shape: [x.shape[axis]] });
}

/** x broadcast to the shape of `like`. */
export function expandLike(x: Value, like: Value): Value {
  return x.graph.apply("Expand", [x, shapeOf(like)], { type: x.type, shape: like.shape });
}

/** The extent of an axis of x, int64 scalar. */
export function extentOf(x: Value, axis: number): Value {
  const index = x.graph.constant(BigInt64Array.of(BigInt(axis)), []);
  return x.graph.apply("Gather", [shapeOf(x), index], { type: "int64", shape: [] }, { axis: 0 });
}

/** x itself under another name. */
export function identity(x: Value): Value {
  return x.graph.apply("Identity", [x], { type: x.type, shape: x.shape });
}
