/** The element types of the safetensors format that Lathe reads and writes. */
export type Dtype =
  | "F64"
  | "F32"
  | "F16"
  | "BF16"
  | "I64"
  | "U64"
  | "I32"
  | "U32"
  | "I16"
  | "U16"
  | "I8"
  | "U8"
  | "BOOL";

/** An array that holds the elements of a tensor; BF16 lies in a Uint16Array as raw bits. */
export type TensorData =
  | Float64Array
  | Float32Array
  | Float16Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

interface DtypeFacts {
  bytes: number;
  allocate: (length: number) => TensorData;
}

/** Bytes an element and the array that holds it, for every element type. */
export const DTYPES: Record<Dtype, DtypeFacts> = {
  F64: { bytes: 8, allocate: (length) => new Float64Array(length) },
  F32: { bytes: 4, allocate: (length) => new Float32Array(length) },
  F16: { bytes: 2, allocate: (length) => new Float16Array(length) },
  BF16: { bytes: 2, allocate: (length) => new Uint16Array(length) },
  I64: { bytes: 8, allocate: (length) => new BigInt64Array(length) },
  U64: { bytes: 8, allocate: (length) => new BigUint64Array(length) },
  I32: { bytes: 4, allocate: (length) => new Int32Array(length) },
  U32: { bytes: 4, allocate: (length) => new Uint32Array(length) },
  I16: { bytes: 2, allocate: (length) => new Int16Array(length) },
  U16: { bytes: 2, allocate: (length) => new Uint16Array(length) },
  I8: { bytes: 1, allocate: (length) => new Int8Array(length) },
  U8: { bytes: 1, allocate: (length) => new Uint8Array(length) },
  BOOL: { bytes: 1, allocate: (length) => new Uint8Array(length) },
};

/** Whether `name` is an element type that Lathe reads. */
export function isDtype(name: unknown): name is Dtype {
  return typeof name === "string" && Object.hasOwn(DTYPES, name);
}

/** Elements of any type as float32: a plain cast, and no copy where they are float32 already. */
export function toFloat32(data: TensorData, dtype: Dtype): Float32Array {
  if (data instanceof Float32Array) return data;
  if (dtype === "BF16") return fromBfloat16(data as Uint16Array);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Float32Array.from(data, Number);
  return new Float32Array(data);
}

/** bfloat16 is the upper half of a float32. */
function fromBfloat16(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = bits[i] << 16;
  return new Float32Array(wide.buffer);
}
