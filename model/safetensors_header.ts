import { type Dtype, DTYPES, isDtype } from "./_dtypes.ts";

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

/** Bytes before the header's text, which hold its length. */
export const PREFIX_BYTES = 8;

/**
 * Length of the header's text.
 *
 * @param prefix the file's first 8 bytes, or all there are
 * @param file path and size in bytes
 * @throws SyntaxError when it is not a safetensors file; RangeError when it was cut short
 */
export function headerLength(prefix: Uint8Array, { path, size }: { path: string; size: number }): number {
  if (size < PREFIX_BYTES) throw notSafetensors(path, `it is ${size} bytes long`);
  const length = Number(new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(0, true));
  if (length < 2 || length > LARGEST_HEADER) {
    throw notSafetensors(path, `its first 8 bytes are no header length (${length})`);
  }
  if (PREFIX_BYTES + length > size) {
    throw cutShort(path, { size, expected: PREFIX_BYTES + length, part: "header alone" });
  }
  return length;
}

/**
 * Reads a header's text and checks that it agrees with the file's length: every tensor has the bytes its shape asks
 * for, tensors neither overlap nor leave holes, and the file ends where the last tensor ends.
 *
 * Source: the format's description in the README of huggingface/safetensors.
 *
 * @param text bytes of the header
 * @param file path and size in bytes
 * @throws SyntaxError when it is not a safetensors file; RangeError when it was cut short or has bytes too many
 */
export function parseSafetensorsHeader(
  text: Uint8Array,
  { path, size }: { path: string; size: number },
): SafetensorsHeader {
  const header = parseHeader(new TextDecoder().decode(text), path);
  checkLayout(header, { size, dataStart: PREFIX_BYTES + text.length });
  return header;
}

/** The tensor of a name. @throws RangeError when the file has none */
export function tensorInfo(header: SafetensorsHeader, name: string): TensorInfo {
  const info = header.tensors.get(name);
  if (info !== undefined) return info;
  const there = [...header.tensors.keys()].join(", ") || "none";
  throw new RangeError(
    `Cannot read tensor '${name}': ${header.path} does not have it; it has these: ${there}`,
  );
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

/** The error of a file that ends too early. */
export function cutShort(path: string, found: { size: number; expected: number; part: string }): RangeError {
  return new RangeError(
    `Cannot read ${path}: it was cut short (${found.size} bytes, and its ${found.part} ` +
      `need ${found.expected}); download or save it again`,
  );
}
