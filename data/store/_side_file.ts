import { crc32 } from "node:zlib";
import { writeWhole } from "./_write_whole.ts";

/** A value that was kept beside a store; undefined if it is missing or damaged: it is then made again. */
export function readSideFile(path: string): unknown {
  try {
    const text = Deno.readTextFileSync(path);
    const end = text.indexOf("\n");
    const json = text.slice(end + 1);
    return text.slice(0, end) === checksumOf(json) ? JSON.parse(json) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Keeps a value beside a store, as JSON behind a line with its checksum.
 *
 * @throws {DiskFullError} if there is no room for it
 */
export function writeSideFile(path: string, value: unknown): void {
  const json = JSON.stringify(value);
  writeWhole(path, new TextEncoder().encode(`${checksumOf(json)}\n${json}`));
}

function checksumOf(json: string): string {
  return `crc32 ${crc32(json)}`;
}
