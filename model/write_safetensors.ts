import { type Dtype, DTYPES, type TensorData } from "./_dtypes.ts";

/** A tensor to be written. */
export interface Tensor {
  /** Element type as the format spells it; must fit `data`. */
  dtype: Dtype;
  /** Lengths of the axes, outermost first. */
  shape: readonly number[];
  /** The elements, row-major; bfloat16 as raw bits in a Uint16Array. */
  data: TensorData;
}

/** Options of {@link writeSafetensors}. */
export interface WriteSafetensorsOptions {
  /**
   * Text fields of the header.
   * @default { format: "pt" }, which every loader accepts
   */
  metadata?: Record<string, string>;
}

/** Bytes handed to the system at once: writes above 2 GB are cut by the kernel. */
const WRITE_STEP = 1 << 30;

/**
 * Writes tensors as a safetensors file: under a temporary name beside it, flushed to the disk, then renamed, so that
 * the file is either whole or not there. The same tensors give the same bytes: wide element types come first (every
 * tensor is aligned), then by name; header keys are sorted and the header is padded to 8 bytes.
 *
 * Source: the format's description in the README of huggingface/safetensors.
 *
 * @param path path of the file; replaced when there
 * @param tensors tensors by name
 * @param options {@link WriteSafetensorsOptions}
 * @throws TypeError when a shape does not fit its data
 */
export async function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, Tensor>>,
  options: WriteSafetensorsOptions = {},
): Promise<void> {
  const temporary = `${path}.partial`;
  try {
    await writeTensors(temporary, tensors, options.metadata ?? { format: "pt" });
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => undefined);
    throw error;
  }
}

async function writeTensors(
  path: string,
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Record<string, string>,
): Promise<void> {
  const names = Object.keys(tensors).sort((a, b) =>
    DTYPES[tensors[b].dtype].bytes - DTYPES[tensors[a].dtype].bytes || (a < b ? -1 : 1)
  );
  const header = headerBytes(names, tensors, metadata);
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  await writeFully(file, header);
  for (const name of names) {
    const { data } = tensors[name];
    await writeFully(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  await file.sync();
}

/** Length of the header as 8 bytes little-endian, then the header padded with spaces. */
function headerBytes(
  names: readonly string[],
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Record<string, string>,
): Uint8Array {
  const entries: Record<string, unknown> = { __metadata__: sortedKeys(metadata) };
  const byName: Record<string, unknown> = {};
  let start = 0;
  for (const name of names) {
    const { dtype, shape, data } = tensors[name];
    checkTensor(name, tensors[name]);
    byName[name] = { dtype, shape, data_offsets: [start, start + data.byteLength] };
    start += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify({ ...entries, ...sortedKeys(byName) }));
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(text, 8);
  return bytes;
}

function checkTensor(name: string, tensor: Tensor): void {
  const length = tensor.shape.reduce((product, axis) => product * axis, 1);
  if (tensor.data.length === length && tensor.data.BYTES_PER_ELEMENT === DTYPES[tensor.dtype].bytes) return;
  throw new TypeError(
    `Cannot write tensor '${name}': ${tensor.data.length} elements of ${tensor.data.BYTES_PER_ELEMENT} bytes are ` +
      `not ${tensor.dtype} [${tensor.shape.join(", ")}]; give a shape and a type that fit the data`,
  );
}

function sortedKeys<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function writeFully(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    done += await file.write(bytes.subarray(done, Math.min(bytes.length, done + WRITE_STEP)));
  }
}
