import { type Dtype, DTYPES, isDtype, type TensorData, toFloat32 } from "./_dtypes.ts";

/** Where one tensor lies in a safetensors file. */
export interface TensorInfo {
  /** Element type as the format spells it. */
  dtype: Dtype;
  /** Lengths of the axes, outermost first. */
  shape: number[];
  /** First byte, counted from the start of the file. */
  start: number;
  /** Number of elements. */
  length: number;
}

/** The header of a safetensors file. */
export interface SafetensorsHeader {
  /** Path of the file, for reading tensors and for messages. */
  path: string;
  /** The tensors by name. */
  tensors: Map<string, TensorInfo>;
  /** Free text fields of the header (`__metadata__`). */
  metadata: Record<string, string>;
}

/** The format's own limit of a header, in bytes. */
const LARGEST_HEADER = 100_000_000;

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
  const prefix = new Uint8Array(8);
  if (size < 8) throw notSafetensors(path, `it is ${size} bytes long`);
  await readFully(file, prefix, path);
  const headerLength = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  if (headerLength < 2 || headerLength > LARGEST_HEADER) {
    throw notSafetensors(path, `its first 8 bytes are no header length (${headerLength})`);
  }
  if (8 + headerLength > size) {
    throw cutShort(path, { size, expected: 8 + headerLength, part: "header alone" });
  }
  const text = new Uint8Array(headerLength);
  await readFully(file, text, path);
  const header = parseHeader(new TextDecoder().decode(text), path);
  checkLayout(header, { size, dataStart: 8 + headerLength });
  return header;
}

/**
 * Reads one tensor straight into a typed array: one copy, from the file to where it is used.
 *
 * @param header result of {@link readSafetensorsHeader}
 * @param name name of the tensor
 * @returns its elements, row-major; bfloat16 as raw bits in a Uint16Array
 * @throws RangeError when the file has no such tensor
 */
export async function readTensor(header: SafetensorsHeader, name: string): Promise<TensorData> {
  const info = header.tensors.get(name);
  if (info === undefined) {
    const there = [...header.tensors.keys()].join(", ") || "none";
    throw new RangeError(
      `Cannot read tensor '${name}': ${header.path} does not have it; it has these: ${there}`,
    );
  }
  const data = DTYPES[info.dtype].allocate(info.length);
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

function parseHeader(text: string, path: string): SafetensorsHeader {
  let entries: Record<string, unknown>;
  try {
    entries = JSON.parse(text);
  } catch {
    throw notSafetensors(path, "its header is not JSON");
  }
  const header: SafetensorsHeader = { path, tensors: new Map(), metadata: {} };
  for (const [name, value] of Object.entries(entries ?? {})) {
    if (name === "__metadata__") header.metadata = value as Record<string, string>;
    else header.tensors.set(name, parseTensor(name, value as Record<string, unknown>, path));
  }
  return header;
}

/** One entry of the header. `start` is still counted from the end of the header. */
function parseTensor(name: string, value: Record<string, unknown>, path: string): TensorInfo {
  const { dtype, shape, data_offsets: offsets } = value ?? {};
  if (!isDtype(dtype)) {
    throw new TypeError(
      `Cannot read ${path}: tensor '${name}' has the element type ${JSON.stringify(dtype)}; ` +
        `convert it to one of ${Object.keys(DTYPES).join(", ")}`,
    );
  }
  if (!isWholeNumbers(shape) || !isWholeNumbers(offsets) || offsets.length !== 2) {
    throw notSafetensors(path, `tensor '${name}' has no shape or no offsets`);
  }
  const length = shape.reduce((product, axis) => product * axis, 1);
  const bytes = offsets[1] - offsets[0];
  if (bytes !== length * DTYPES[dtype].bytes) {
    throw notSafetensors(
      path,
      `tensor '${name}' (${dtype} [${shape.join(", ")}]) is given ${bytes} bytes and needs ` +
        `${length * DTYPES[dtype].bytes}`,
    );
  }
  return { dtype, shape, start: offsets[0], length };
}

function isWholeNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}

/** Makes `start` count from the start of the file and checks that tensors fill the file without holes. */
function checkLayout(header: SafetensorsHeader, file: { size: number; dataStart: number }): void {
  let end = 0;
  const inOrder = [...header.tensors].sort(([, a], [, b]) => a.start - b.start || a.length - b.length);
  for (const [name, info] of inOrder) {
    if (info.start !== end) {
      throw notSafetensors(header.path, `tensor '${name}' does not start where the last ends`);
    }
    end = info.start + info.length * DTYPES[info.dtype].bytes;
    info.start += file.dataStart;
  }
  const expected = file.dataStart + end;
  if (expected > file.size) throw cutShort(header.path, { size: file.size, expected, part: "tensors" });
  if (expected < file.size) {
    throw new RangeError(
      `Cannot read ${header.path}: it has ${file.size - expected} bytes after its last tensor; ` +
        "download or save it again",
    );
  }
}

function notSafetensors(path: string, reason: string): SyntaxError {
  return new SyntaxError(`Cannot read ${path}: ${reason}; give a safetensors file`);
}

function cutShort(path: string, found: { size: number; expected: number; part: string }): RangeError {
  return new RangeError(
    `Cannot read ${path}: it was cut short (${found.size} bytes, and its ${found.part} ` +
      `need ${found.expected}); download or save it again`,
  );
}
