import type { ByteSource } from "./_lines.ts";

/** Bytes looked through at once. */
const CHUNK_BYTES = 1 << 16;
const NEWLINE = 0x0a;

/** Whole lines of a file. */
export interface LinePart extends ByteSource {
  /** Byte of the file where the first line begins. */
  start: number;
}

/**
 * The lines of a file that begin in a range of bytes: of ranges that touch, each line is in exactly one.
 *
 * @param file An open file, whose position this changes.
 * @param range Bytes, `end` left out.
 */
export async function linePart(
  file: Deno.FsFile,
  range: { start: number; end: number },
): Promise<LinePart> {
  const end = await lineStart(file, range.end);
  const start = await lineStart(file, range.start);
  let at = await file.seek(start, Deno.SeekMode.Start);
  const read = async (buffer: Uint8Array): Promise<number | null> => {
    if (at >= end) return null;
    const count = await file.read(buffer.subarray(0, end - at));
    at += count ?? 0;
    return count;
  };
  return { start, read };
}

/** Where the first line begins that begins at this byte or later; the end of the file if none does. */
async function lineStart(file: Deno.FsFile, byte: number): Promise<number> {
  if (byte <= 0) return 0;
  const buffer = new Uint8Array(CHUNK_BYTES);
  let at = await file.seek(byte - 1, Deno.SeekMode.Start);
  for (let count = await file.read(buffer); count !== null; count = await file.read(buffer)) {
    const newline = buffer.subarray(0, count).indexOf(NEWLINE);
    if (newline >= 0) return at + newline + 1;
    at += count;
  }
  return at;
}
