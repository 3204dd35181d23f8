import {
  add,
  allAxes,
  cast,
  concat,
  div,
  equal,
  expandLike,
  gatherRows,
  gemm,
  greater,
  less,
  mul,
  neg,
  reduceSum,
  reshapeLike,
  scatterRows,
  split,
  splitEvenly,
  squeeze,
  sub,
  transpose,
  unsqueeze,
  where,
} from "./ops.ts";
import { gatherColumns, runningSum, scatterColumns } from "./sorting.ts";
import type { Node, OperatorName, Value } from "./value.ts";

/**
 * The gradient of an operation: from the gradients of its results (in order; null where nothing depends on one) to
 * those of its operands (null for operands without gradient, such as axes).
 */
export type Rule = (node: Node, gradients: readonly (Value | null)[]) => readonly (Value | null)[];

/** Marks an operator whose results are constant almost everywhere (comparisons, shapes): a path ends there. */
export const NO_GRADIENT = "no gradient";

/** Sums a gradient over the axes along which `operand` was broadcast. */
export function sumToShapeOf(operand: Value, gradient: Value): Value {
  const surplus = gradient.shape.length - operand.shape.length;
  const axes = allAxes(gradient).filter((axis) =>
    axis < surplus || (operand.shape[axis - surplus] === 1 && gradient.shape[axis] !== 1)
  );
  if (axes.length === 0) return gradient;
  const summed = reduceSum(gradient, axes, { keep: true });
  return surplus === 0 ? summed : reshapeLike(summed, operand);
}

/** A rule for a one-operand elementwise operator: the gradient of the operand from (x, y, dy). */
function unary(rule: (x: Value, y: Value, gradient: Value) => Value): Rule {
  return ({ inputs, outputs }, [gradient]) => [rule(inputs[0], outputs[0], gradient!)];
}

/** A rule for a broadcasting operator of two operands. */
function binary(
  rule: (a: Value, b: Value, parts: { y: Value; gradient: Value }) => readonly [Value, Value],
): Rule {
  return ({ inputs: [a, b], outputs: [y] }, [gradient]) => {
    const [da, db] = rule(a, b, { y, gradient: gradient! });
    return [sumToShapeOf(a, da), sumToShapeOf(b, db)];
  };
}

/** Puts reduced axes back with extent 1, so that the value broadcasts against what was reduced. */
function restoreAxes(node: Node, value: Value, axes: readonly number[]): Value {
  return node.attributes.keepdims === 1 ? value : unsqueeze(value, axes);
}

/** The axes that a reduction was told: an attribute, or a constant operand. */
function reducedAxes(node: Node): readonly number[] {
  const constant = node.inputs.length > 1 ? node.inputs[1].graph.constants.get(node.inputs[1]) : undefined;
  return constant === undefined ? node.attributes.axes as readonly number[] : [...constant].map(Number);
}

function gemmRule(node: Node, gradient: Value): readonly (Value | null)[] {
  const [a, b, plus] = node.inputs;
  const transposeA = node.attributes.transA === 1;
  const transposeB = node.attributes.transB === 1;
  const da = transposeA
    ? gemm(b, gradient, { transposeA: transposeB, transposeB: true })
    : gemm(gradient, b, { transposeB: !transposeB });
  const db = transposeB
    ? gemm(gradient, a, { transposeA: true, transposeB: transposeA })
    : gemm(a, gradient, { transposeA: !transposeA });
  return plus === undefined ? [da, db] : [da, db, sumToShapeOf(plus, gradient)];
}

/** x with every element replaced by 0. */
function zerosLike(x: Value): Value {
  return mul(x, 0);
}

/**
 * The rule of every operator that Lathe emits. The type makes the table exhaustive: an operator without an entry does
 * not compile. Each differentiable entry is tested by value and by finite differences through the real runtime.
 */
export const RULES: Readonly<Record<OperatorName, Rule | typeof NO_GRADIENT>> = {
  Abs: unary((x, _, g) => mul(g, sub(cast(greater(x, 0), "float32"), cast(less(x, 0), "float32")))),
  Add: binary((_a, _b, { gradient }) => [gradient, gradient]),
  And: NO_GRADIENT,
  Cast: NO_GRADIENT,
  Concat: ({ inputs, attributes }, [g]) => {
    const axis = attributes.axis as number;
    const extents = inputs.map((value) => value.shape[axis]);
    if (extents.every((extent) => typeof extent === "number")) return split(g!, axis, extents as number[]);
    if (extents.every((extent) => extent === extents[0])) {
      return splitEvenly(g!, axis, { count: extents.length, extent: extents[0] });
    }
    throw new TypeError(
      `Cannot differentiate a concatenation of extents ${extents}; make them equal or numbers`,
    );
  },
  CumSum: ({ attributes }, [g]) => [
    runningSum(g!, attributes.reverse === 1 ? "forwards" : "backwards"),
    null,
  ],
  Div: binary((_a, b, { y, gradient }) => [div(gradient, b), neg(div(mul(gradient, y), b))]),
  Equal: NO_GRADIENT,
  Exp: unary((_, y, g) => mul(g, y)),
  Expand: ({ inputs }, [g]) => [sumToShapeOf(inputs[0], g!), null],
  Gather: ({ inputs: [x, ids] }, [g]) => [scatterRows(zerosLike(x), ids, g!), null],
  GatherElements: ({ inputs: [x, columns] }, [g]) => [scatterColumns(zerosLike(x), columns, g!), null],
  Gemm: (node, [g]) => gemmRule(node, g!),
  Greater: NO_GRADIENT,
  GreaterOrEqual: NO_GRADIENT,
  Identity: unary((_x, _y, g) => g),
  Less: NO_GRADIENT,
  Log: unary((x, _, g) => div(g, x)),
  Max: binary((a, b, { gradient }) => [where(greater(a, b), gradient, 0), where(greater(a, b), 0, gradient)]),
  Min: binary((a, b, { gradient }) => [where(less(a, b), gradient, 0), where(less(a, b), 0, gradient)]),
  Mul: binary((a, b, { gradient }) => [mul(gradient, b), mul(gradient, a)]),
  Neg: unary((_x, _y, g) => neg(g)),
  Not: NO_GRADIENT,
  Range: NO_GRADIENT,
  ReduceMax: (node, [g]) => {
    const axes = reducedAxes(node);
    const isMaximum = cast(equal(node.inputs[0], restoreAxes(node, node.outputs[0], axes)), "float32");
    const share = div(isMaximum, reduceSum(isMaximum, axes, { keep: true }));
    return [mul(share, restoreAxes(node, g!, axes))];
  },
  ReduceMean: (node, [g]) => {
    const axes = reducedAxes(node);
    const x = node.inputs[0];
    const count = reduceSum(expandLike(x.graph.constant(Float32Array.of(1), x.shape.map(() => 1)), x), axes, {
      keep: true,
    });
    return [expandLike(div(restoreAxes(node, g!, axes), count), x)];
  },
  ReduceSum: (node, [g]) => [expandLike(restoreAxes(node, g!, reducedAxes(node)), node.inputs[0]), null],
  Relu: unary((x, _, g) => where(greater(x, 0), g, 0)),
  Reshape: ({ inputs }, [g]) => [reshapeLike(g!, inputs[0]), null],
  ScatterElements: ({ inputs: [, columns, updates] }, [g]) => [
    scatterColumns(g!, columns, zerosLike(updates)),
    null,
    gatherColumns(g!, columns),
  ],
  ScatterND: ({ inputs: [, places, rows] }, [g]) => {
    const ids = squeeze(places, [1]);
    return [scatterRows(g!, ids, zerosLike(rows)), null, gatherRows(g!, ids)];
  },
  Shape: NO_GRADIENT,
  Softmax: unary((x, y, g) => mul(y, sub(g, reduceSum(mul(g, y), [x.shape.length - 1], { keep: true })))),
  Split: ({ outputs, inputs, attributes }, gradients) => {
    const parts = outputs.map((output, i) => gradients[i] ?? zerosLike(output));
    return [concat(parts, attributes.axis as number, inputs[0].shape[attributes.axis as number]), null];
  },
  Sqrt: unary((_, y, g) => div(mul(g, 0.5), y)),
  Squeeze: ({ inputs }, [g]) => [reshapeLike(g!, inputs[0]), null],
  Sub: binary((_a, _b, { gradient }) => [gradient, neg(gradient)]),
  TopK: ({ inputs: [x], outputs: [, order] }, [g]) => [scatterColumns(zerosLike(x), order, g!), null],
  Transpose: ({ attributes }, [g]) => {
    const permutation = attributes.perm as readonly number[];
    return [transpose(g!, permutation.map((_, axis) => permutation.indexOf(axis)))];
  },
  Unsqueeze: ({ inputs }, [g]) => [reshapeLike(g!, inputs[0]), null],
  Where: ({ inputs: [condition, a, b] }, [g]) => [
    null,
    sumToShapeOf(a, where(condition, g!, 0)),
    sumToShapeOf(b, where(condition, 0, g!)),
  ],
};

/**
 * The sum of two gradients of the same value, the first of which may be missing. A matrix product takes the other as its
 * addend, which saves a pass over both.
 */
export function addGradients(a: Value | undefined, b: Value): Value {
  if (a === undefined) return b;
  return productPlus(b, a) ?? productPlus(a, b) ?? add(a, b);
}

function productPlus(product: Value, addend: Value): Value | undefined {
  const node = product.graph.producerOf(product);
  if (node?.op !== "Gemm" || node.inputs.length > 2) return undefined;
  const [a, b] = node.inputs;
  const { transA, transB } = node.attributes;
  return gemm(a, b, { transposeA: transA === 1, transposeB: transB === 1, plus: addend });
}
