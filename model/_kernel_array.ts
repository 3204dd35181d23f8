import { KernelMemory } from "../kernels/mod.ts";
import type { TensorData } from "./_dtypes.ts";
import { fitsKernelMemory } from "./_placed_table.ts";
import type { TensorInfo } from "./safetensors_header.ts";

/** Room for a table on kernel memory of its own; undefined for types that are not pooled as they are, or too much. */
export function kernelArray({ dtype, length }: TensorInfo): TensorData | undefined {
  const bytes = { F32: 4, F16: 2, I8: 1 }[dtype as string];
  if (bytes === undefined || !fitsKernelMemory(bytes * length)) return undefined;
  const memory = new KernelMemory();
  const address = memory.reserve(bytes * length);
  if (dtype === "F32") return new Float32Array(memory.buffer, address, length);
  if (dtype === "F16") return new Float16Array(memory.buffer, address, length);
  return new Int8Array(memory.buffer, address, length);
}
