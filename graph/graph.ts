import type { Attributes, ElementType, Node, OperatorName, Shape, Value } from "./value.ts";

/** Contents of a constant, row-major. */
export type ConstantData = Float32Array | Float16Array | Int8Array | Int32Array | BigInt64Array;

/** The gradient of a result by hand: maps the result's gradient to one for each operand (null: none). */
export type GradientRule = (gradient: Value) => readonly (Value | null)[];

/** A gradient by hand. */
export interface CustomGradient {
  /** The values that the result was computed from. */
  readonly inputs: readonly Value[];
  /** Its rule. */
  readonly rule: GradientRule;
}

/** Types in which matrix products can be computed. */
export type ProductType = "float32" | "float16" | "bfloat16";

/** Options of a {@link Graph}. */
export interface GraphOptions {
  /** Type in which dot products and their gradients are computed from float32 factors. @default "float32" */
  products?: ProductType;
}

/** What one operation gives: type and shape of each result. */
export interface ResultDescription {
  /** Element type. */
  readonly type: ElementType;
  /** Shape. */
  readonly shape: Shape;
}

/**
 * A computation under construction: inputs, constants and operations in the order of their creation, which is an order
 * they can run in. Holds no numbers but constants and runs nothing.
 */
export class Graph {
  /** Name in the ONNX file. */
  readonly name: string;
  /** Type in which dot products are computed. */
  readonly products: ProductType;
  /** Inputs, in order. */
  readonly inputs: Value[] = [];
  /** Named results, in order. */
  readonly outputs: { readonly name: string; readonly value: Value }[] = [];
  /** Operations, in order. */
  readonly nodes: Node[] = [];
  /** Constants. */
  readonly constants = new Map<Value, ConstantData>();
  readonly #customGradients = new Map<Value, CustomGradient>();
  readonly #known = new Map<string, Value>();
  readonly #producers = new Map<Value, Node>();
  readonly #repeated = new Map<string, readonly Value[]>();
  #nextId = 0;

  /** Makes an empty graph. */
  constructor(name: string, options: GraphOptions = {}) {
    this.name = name;
    this.products = options.products ?? "float32";
  }

  /** Adds an input. @throws {TypeError} if the name is taken */
  input(name: string, type: ElementType, shape: Shape): Value {
    if (this.inputs.some((value) => value.name === name)) {
      throw new TypeError(`Cannot add an input: ${name} is taken; choose another name`);
    }
    const value = this.#value(type, shape, name);
    this.inputs.push(value);
    return value;
  }

  /** Names a value as a result. */
  output(name: string, value: Value): void {
    this.outputs.push({ name, value });
  }

  /** A constant; equal constants are the same value. */
  constant(data: ConstantData, shape: Shape = [data.length]): Value {
    const key = `${elementTypeOf(data)} [${shape}] ${data.join()}`;
    let value = this.#known.get(key);
    if (value === undefined) {
      value = this.table(data, shape);
      this.#known.set(key, value);
    }
    return value;
  }

  /** A constant of many numbers: equal ones are not found to be the same, which would take their text. */
  table(data: ConstantData, shape: Shape): Value {
    const value = this.#value(elementTypeOf(data), shape);
    this.constants.set(value, data);
    return value;
  }

  /** A float32 scalar. */
  scalar(x: number): Value {
    return this.constant(Float32Array.of(x), []);
  }

  /** An int64 vector, as axes and shapes are given to operators. */
  integers(values: readonly number[]): Value {
    return this.constant(BigInt64Array.from(values, BigInt));
  }

  /** Appends an operation with one result. */
  apply(
    op: OperatorName,
    inputs: readonly Value[],
    result: ResultDescription,
    attributes: Attributes = {},
  ): Value {
    return this.applyMany(op, inputs, [result], attributes)[0];
  }

  /** Appends an operation with several results. The same operation on the same operands is not repeated. */
  applyMany(
    op: OperatorName,
    inputs: readonly Value[],
    results: readonly ResultDescription[],
    attributes: Attributes = {},
  ): readonly Value[] {
    const key = `${op}(${inputs.map((value) => value.id)}) ${JSON.stringify(attributes)}`;
    const known = this.#repeated.get(key);
    if (known !== undefined) return known;
    const outputs = results.map(({ type, shape }) => this.#value(type, shape));
    const node = { op, inputs, outputs, attributes };
    this.nodes.push(node);
    for (const output of outputs) this.#producers.set(output, node);
    this.#repeated.set(key, outputs);
    return outputs;
  }

  /**
   * Gives `result` a gradient by hand: reverse mode calls `rule` instead of going through the operations that
   * computed it from `inputs`.
   */
  setGradient(result: Value, inputs: readonly Value[], rule: GradientRule): void {
    this.#customGradients.set(result, { inputs, rule });
  }

  /** The operation that a value is a result of; undefined for inputs and constants. */
  producerOf(value: Value): Node | undefined {
    return this.#producers.get(value);
  }

  /** The gradient by hand of a value, if it has one. */
  customGradientOf(value: Value): CustomGradient | undefined {
    return this.#customGradients.get(value);
  }

  #value(type: ElementType, shape: Shape, name?: string): Value {
    const id = this.#nextId++;
    return { graph: this, id, name: name ?? `v${id}`, type, shape };
  }
}

function elementTypeOf(data: ConstantData): ElementType {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Float16Array) return "float16";
  if (data instanceof Int8Array) return "int8";
  return data instanceof Int32Array ? "int32" : "int64";
}
