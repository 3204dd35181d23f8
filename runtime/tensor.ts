import { ELEMENT_BYTES, ELEMENT_TYPES } from "./_api.ts";
import { type Library, type Pointer } from "./library.ts";

/** Element type of a tensor. */
export type ElementType = keyof typeof ELEMENT_TYPES;

/** Arrays that a tensor can lie over, on plain or shared memory. */
export type TensorData =
  | Float32Array<ArrayBufferLike>
  | Float64Array<ArrayBufferLike>
  | Int32Array<ArrayBufferLike>
  | Int8Array<ArrayBufferLike>
  | Uint8Array<ArrayBufferLike>
  | Uint16Array<ArrayBufferLike>
  | BigInt64Array<ArrayBufferLike>;

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** The element type that an array holds by nature; `Uint16Array` holds the bits of float16. */
export function elementTypeOf(data: TensorData): ElementType {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Float64Array) return "float64";
  if (data instanceof Int32Array) return "int32";
  if (data instanceof BigInt64Array) return "int64";
  if (data instanceof Int8Array) return "int8";
  if (data instanceof Uint16Array) return "float16";
  return "uint8";
}

/**
 * A value of ONNX Runtime: dense, row-major, on the CPU over an array of ours, or wherever the runtime put it.
 * Release it when it is no longer needed; `using` does so by itself.
 */
export class Tensor {
  /** Element type. */
  readonly type: ElementType;
  /** Extents, outermost first; empty for a scalar. */
  readonly shape: readonly number[];
  /** The array that this tensor lies over, if it is one of ours. The tensor keeps it alive. */
  readonly data?: TensorData;
  readonly #library: Library;
  #value: Pointer;

  /** Wraps a value; made by {@link Runtime} and {@link Session}, not by hand. */
  constructor(library: Library, value: Pointer, parts: TensorParts) {
    this.#library = library;
    this.#value = value;
    this.type = parts.type;
    this.shape = parts.shape;
    this.data = parts.data;
    liveTensors++;
  }

  /** The runtime's own value. @throws {TypeError} after {@link release} */
  get value(): Pointer {
    if (this.#value === null) {
      throw new TypeError("Cannot use a tensor: it was released; keep it until its last use");
    }
    return this.#value;
  }

  /** A copy of the elements. Only for tensors in CPU memory. */
  toArray(): TensorData {
    if (this.data !== undefined) return this.data.slice();
    const bytes = sizeOf(this.shape) * ELEMENT_BYTES[this.type];
    const copy = new ArrayBuffer(bytes);
    if (bytes > 0) {
      const pointer = this.#library.create("GetTensorMutableData", "read a tensor", this.value);
      Deno.UnsafePointerView.copyInto(pointer as Deno.PointerObject, new Uint8Array(copy));
    }
    return viewOf(this.type, copy);
  }

  /** The only element of a tensor with one float. */
  toNumber(): number {
    return Number(this.toArray()[0]);
  }

  /** Gives the value back to the runtime; a second call does nothing. */
  release(): void {
    if (this.#value === null) return;
    this.#library.release("ReleaseValue", this.#value);
    this.#value = null;
    liveTensors--;
  }

  /** Same as {@link release}. */
  [Symbol.dispose](): void {
    this.release();
  }
}

/** What a tensor is made of. */
export interface TensorParts {
  /** Element type. */
  type: ElementType;
  /** Extents, outermost first. */
  shape: readonly number[];
  /** The array underneath, if there is one. */
  data?: TensorData;
}

let liveTensors = 0;

/** Number of tensors made and not released; tests hold it against leaks. */
export function countLiveTensors(): number {
  return liveTensors;
}

function viewOf(type: ElementType, buffer: ArrayBuffer): TensorData {
  switch (type) {
    case "float32":
      return new Float32Array(buffer);
    case "float64":
      return new Float64Array(buffer);
    case "int32":
      return new Int32Array(buffer);
    case "int64":
      return new BigInt64Array(buffer);
    case "int8":
      return new Int8Array(buffer);
    case "float16":
      return new Uint16Array(buffer);
    case "uint8":
    case "bool":
      return new Uint8Array(buffer);
  }
}

/** Element type and shape of a value that the runtime made. */
export function describeValue(library: Library, value: Pointer): TensorParts {
  const info = library.create("GetTensorTypeAndShape", "describe a tensor", value);
  const number = new Int32Array(1);
  library.call("GetTensorElementType", "describe a tensor", info, number);
  const rank = new BigUint64Array(1);
  library.call("GetDimensionsCount", "describe a tensor", info, rank);
  const extents = new BigInt64Array(Number(rank[0]));
  library.call("GetDimensions", "describe a tensor", info, extents, extents.length);
  library.release("ReleaseTensorTypeAndShapeInfo", info);
  const type = (Object.keys(ELEMENT_TYPES) as ElementType[]).find((name) =>
    ELEMENT_TYPES[name] === number[0]
  );
  if (type === undefined) {
    throw new TypeError(`Cannot read a tensor: element type ${number[0]} is not supported`);
  }
  return { type, shape: [...extents].map(Number) };
}
