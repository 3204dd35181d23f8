import { createReadStream } from "node:fs";
import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { SourceFile } from "./source.ts";

/** Bytes read at once. */
const CHUNK_BYTES = 1 << 18;

/**
 * The text of a file in pieces, gunzipped if the file is compressed.
 *
 * @throws {SyntaxError} if the file is not valid UTF-8, or its gzip stream is damaged or cut short
 */
export async function* readTextChunks(file: SourceFile): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  for await (const bytes of readBytes(file)) {
    const text = decode(decoder, bytes, file);
    if (text.length > 0) yield text;
  }
  decode(decoder, undefined, file);
}

/**
 * The lines of a file, without their line feeds.
 *
 * @throws {SyntaxError} as {@linkcode readTextChunks}
 */
export async function* readLines(file: SourceFile): AsyncGenerator<string[]> {
  // A line longer than a chunk arrives in many pieces: they are joined once, when its end is seen.
  let open: string[] = [];
  for await (const chunk of readTextChunks(file)) {
    const lines = chunk.split("\n");
    open.push(lines[0]);
    if (lines.length === 1) continue;
    lines[0] = open.join("");
    open = [lines.pop()!];
    yield lines;
  }
  const last = open.join("");
  if (last.length > 0) yield [last];
}

async function* readBytes(file: SourceFile): AsyncGenerator<Uint8Array> {
  const stored = createReadStream(file.path, { highWaterMark: CHUNK_BYTES });
  // node:zlib rather than DecompressionStream: it also reads files of several gzip members, as pigz writes them.
  const bytes: Readable = file.compressed ? pipeline(stored, createGunzip(), () => {}) : stored;
  try {
    yield* bytes;
  } catch (cause) {
    if (!file.compressed) throw cause;
    const reason = (cause as Error).message;
    const problem = `its gzip stream is damaged or cut short (${reason}); download or write the file again`;
    throw new SyntaxError(`Cannot read ${file.path}: ${problem}`, { cause });
  }
}

function decode(decoder: TextDecoder, bytes: Uint8Array | undefined, file: SourceFile): string {
  try {
    return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
  } catch (cause) {
    throw new SyntaxError(`Cannot read ${file.path}: it is not valid UTF-8; convert it to UTF-8`, { cause });
  }
}
