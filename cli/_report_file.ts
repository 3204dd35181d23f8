import { fileFault } from "./_file_fault.ts";

/**
 * Refuses a report's file before any work is done.
 *
 * @param path Where it will be written; undefined if it is not wanted.
 * @param force Whether an existing file is replaced.
 * @throws {RangeError} If it exists and may not be replaced, or its folder does not.
 */
export async function assertWritable(path: string | undefined, force: boolean): Promise<void> {
  if (path === undefined) return;
  const found = await Deno.stat(path).catch(() => undefined);
  if (found?.isDirectory) throw new RangeError(`Cannot write ${path}: it is a folder; name a file`);
  if (found !== undefined && !force) {
    throw new RangeError(`Cannot write ${path}: the file exists; name another, or give --force`);
  }
  const temporary = temporaryOf(path);
  await Deno.writeTextFile(temporary, "").catch((error) => refuse(path, error));
  await Deno.remove(temporary);
}

/**
 * Writes a report; the file has its name only when it is whole.
 *
 * @param path Where.
 * @param text What.
 * @throws {RangeError} If it cannot be written.
 */
export async function writeReportFile(path: string, text: string): Promise<void> {
  const temporary = temporaryOf(path);
  try {
    await Deno.writeTextFile(temporary, text);
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    refuse(path, error);
  }
}

function temporaryOf(path: string): string {
  return `${path}.${Deno.pid}.new`;
}

function refuse(path: string, error: unknown): never {
  throw new RangeError(`Cannot write ${path}: ${fileFault(error)}`, { cause: error });
}
