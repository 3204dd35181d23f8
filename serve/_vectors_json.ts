import { LONGEST_FLOAT_TEXT, type Matrix, rowOf, writeFloats } from "../model/mod.ts";
import { nextTurn } from "./_next_turn.ts";
import { spareMemory } from "./_spare_memory.ts";
import { type ApiReply, jsonReply } from "./http_message.ts";

/** How a vector is written: as a list of numbers, or as base64 of its float32 numbers, little-endian. */
export type VectorFormat = "float" | "base64";

/** ASCII around vectors. */
export interface VectorFrame {
  /** Before all of them. */
  start: string;
  /** Before the vector of a row; that of the last row is the longest. */
  before: (row: number) => string;
  /** After each vector. */
  after: string;
  /** After all of them. */
  end: string;
}

/** Options of {@link vectorsReply}. */
export interface VectorsReplyOptions {
  /** How vectors are written. */
  format: VectorFormat;
  /** What stands around them. */
  frame: VectorFrame;
  /** Ends the work between two slices. */
  signal: AbortSignal;
}

/** Numbers that are written before others have their turn: a few milliseconds. */
const SLICE_NUMBERS = 1 << 18;

const encoder = new TextEncoder();
const [QUOTE] = encoder.encode('"');

/**
 * An answer with vectors, in memory that is used again once the answer is sent.
 *
 * @param vectors float32 [rows, columns]
 * @param options {@link VectorsReplyOptions}
 * @throws RangeError when a number is not finite; the signal's reason when aborted
 */
export async function vectorsReply(vectors: Matrix, options: VectorsReplyOptions): Promise<ApiReply> {
  const { format, frame, signal } = options;
  const { rows, columns } = vectors;
  const { longest, write } = WRITERS[format];
  const longestRow = frame.before(rows - 1).length + longest(columns) + frame.after.length;
  const bytes = spareMemory.take(frame.start.length + rows * longestRow + frame.end.length);
  const sliceRows = Math.max(1, Math.floor(SLICE_NUMBERS / columns));
  let at = writeAscii(frame.start, bytes, 0);
  for (let row = 0; row < rows; row++) {
    if (row > 0 && row % sliceRows === 0) {
      await nextTurn();
      signal.throwIfAborted();
    }
    at = writeAscii(frame.before(row), bytes, at);
    at = write(rowOf(vectors, row), bytes, at);
    at = writeAscii(frame.after, bytes, at);
  }
  at = writeAscii(frame.end, bytes, at);
  return { ...jsonReply(bytes.subarray(0, at)), release: () => spareMemory.giveBack(bytes) };
}

interface Writer {
  /** Most bytes that a vector of some columns takes. */
  longest: (columns: number) => number;
  /** Writes a vector from a place on; returns where it ends. */
  write: (vector: Float32Array, out: Uint8Array, start: number) => number;
}

const WRITERS: Readonly<Record<VectorFormat, Writer>> = {
  float: { longest: (columns) => columns * LONGEST_FLOAT_TEXT + 2, write: writeFloats },
  base64: { longest: (columns) => 4 * Math.ceil(4 * columns / 3) + 2, write: writeBase64 },
};

function writeBase64(vector: Float32Array, out: Uint8Array, start: number): number {
  const { buffer, byteOffset, byteLength } = checkFinite(vector);
  out[start] = QUOTE;
  const end = writeAscii(new Uint8Array(buffer, byteOffset, byteLength).toBase64(), out, start + 1);
  out[end] = QUOTE;
  return end + 1;
}

function writeAscii(text: string, out: Uint8Array, start: number): number {
  return start + encoder.encodeInto(text, out.subarray(start)).written;
}

function checkFinite(vector: Float32Array): Float32Array {
  let zero = 0;
  for (let i = 0; i < vector.length; i++) zero += 0 * vector[i]; // NaN as soon as one number is not finite
  if (zero === 0) return vector;
  const wrong = vector.findIndex((value) => !Number.isFinite(value));
  throw new RangeError(
    `Cannot send a vector: its number ${wrong} is ${vector[wrong]}; ` +
      "look for a training run that diverged, or for a damaged table",
  );
}
