import { DTYPES, type TensorData, toFloat32 } from "./_dtypes.ts";
import {
  cutShort,
  headerLength,
  parseSafetensorsHeader,
  PREFIX_BYTES,
  type SafetensorsHeader,
  type TensorInfo,
  tensorInfo,
} from "./safetensors_header.ts";

/** Options of {@link readTensor}. */
export interface ReadTensorOptions {
  /**
   * Makes the array that the elements are read into; where it gives none, they are read into a new one.
   * @default always a new one
   */
  allocate?: (info: TensorInfo) => TensorData | undefined;
}

/** Bytes asked of the system at once: reads above 2 GB are cut by the kernel. */
const READ_STEP = 1 << 30;

/**
 * Reads the header of a safetensors file and checks that it agrees with the file's length: every tensor has the
 * bytes its shape asks for, tensors neither overlap nor leave holes, and the file ends where the last tensor ends.
 *
 * Source: the format's description in the README of huggingface/safetensors.
 *
 * @param path path of the file
 * @throws SyntaxError when it is not a safetensors file; RangeError when it was cut short or has bytes too many
 */
export async function readSafetensorsHeader(path: string): Promise<SafetensorsHeader> {
  using file = await Deno.open(path, { read: true });
  const size = (await file.stat()).size;
  const prefix = new Uint8Array(PREFIX_BYTES);
  await readFully(file, prefix.subarray(0, Math.min(size, PREFIX_BYTES)), path);
  const text = new Uint8Array(headerLength(prefix, { path, size }));
  await readFully(file, text, path);
  return parseSafetensorsHeader(text, { path, size });
}

/**
 * Reads one tensor straight into a typed array: one copy, from the file to where it is used.
 *
 * @param header result of {@link readSafetensorsHeader}
 * @param name name of the tensor
 * @param options {@link ReadTensorOptions}
 * @returns its elements, row-major; bfloat16 as raw bits in a Uint16Array
 * @throws RangeError when the file has no such tensor
 */
export async function readTensor(
  header: SafetensorsHeader,
  name: string,
  options: ReadTensorOptions = {},
): Promise<TensorData> {
  const info = tensorInfo(header, name);
  const data = options.allocate?.(info) ?? DTYPES[info.dtype].allocate(info.length);
  using file = await Deno.open(header.path, { read: true });
  await file.seek(info.start, Deno.SeekMode.Start);
  await readFully(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.path);
  return data;
}

/**
 * Reads one tensor as float32. Other types are cast as they are: int8 tables give whole numbers.
 *
 * @param header result of {@link readSafetensorsHeader}
 * @param name name of the tensor
 * @returns float32, row-major
 * @throws RangeError when the file has no such tensor
 */
export async function readFloat32Tensor(header: SafetensorsHeader, name: string): Promise<Float32Array> {
  const data = await readTensor(header, name);
  return toFloat32(data, header.tensors.get(name)!.dtype);
}

async function readFully(file: Deno.FsFile, out: Uint8Array, path: string): Promise<void> {
  let done = 0;
  while (done < out.length) {
    const count = await file.read(out.subarray(done, Math.min(out.length, done + READ_STEP)));
    if (count === null) throw cutShort(path, { size: done, expected: out.length, part: "part being read" });
    done += count;
  }
}
