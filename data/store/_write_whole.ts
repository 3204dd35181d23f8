import { writeAll } from "./_write_all.ts";

/** Ending of files that are not whole yet. */
export const PARTIAL_ENDING = ".new";

/** There is no room for a file. */
export class DiskFullError extends Error {
  /** @param bytes length of the file */
  constructor(path: string, readonly bytes: number, cause: unknown) {
    super(`Cannot write ${path}: there is no room for its ${bytes} bytes; make room there`, { cause });
    this.name = "DiskFullError";
  }
}

/**
 * Writes a file so that it is whole or not there under its name: under another name first, then renamed.
 *
 * @param lasts whether it must also be whole after the machine lost power: then the disk is waited for
 * @throws {DiskFullError} if there is no room for it
 */
export function writeWhole(path: string, bytes: Uint8Array, lasts = false): void {
  const partial = path + PARTIAL_ENDING;
  try {
    using file = Deno.openSync(partial, { write: true, create: true, truncate: true });
    writeAll(file, bytes);
    if (lasts) file.syncDataSync();
  } catch (error) {
    removeIfThere(partial);
    throw isNoRoom(error) ? new DiskFullError(path, bytes.length, error) : error;
  }
  Deno.renameSync(partial, path);
}

/**
 * What an error stands for: that there is no room, if it is that.
 *
 * @param bytes length of what was to be written to `path`
 */
export function asNoRoom(error: unknown, path: string, bytes: number): unknown {
  return error instanceof Error && isNoRoom(error) ? new DiskFullError(path, bytes, error) : error;
}

/** Disk full, quota used up, or larger than files may be; the last two have no code of their own in Deno. */
function isNoRoom(error: unknown): boolean {
  const { code, message } = error as Error & { code?: string };
  return code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG" ||
    /\(os error (27|28|69|112|122)\)/.test(message);
}

/** Removes a file, if it is there. */
export function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
