import { fileFault } from "./_file_fault.ts";

const encoder = new TextEncoder();

/**
 * Writes text to standard output, all of it.
 *
 * @param text What to write; no newline is added.
 * @throws {Deno.errors.BrokenPipe} If the reader has gone.
 * @throws {RangeError} If it cannot be written, as on a full disk.
 */
export function print(text: string): void {
  writeOut(encoder.encode(text));
}

/**
 * Writes bytes to standard output, all of them.
 *
 * @param bytes What to write.
 * @throws {Deno.errors.BrokenPipe} If the reader has gone.
 * @throws {RangeError} If they cannot be written, as on a full disk.
 */
export function writeOut(bytes: Uint8Array): void {
  try {
    writeAll(Deno.stdout, bytes);
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw error;
    throw new RangeError(`Cannot write standard output: ${fileFault(error)}`, { cause: error });
  }
}

/**
 * Writes text to standard error, all of it.
 *
 * @param text What to write; no newline is added.
 */
export function printError(text: string): void {
  writeAll(Deno.stderr, encoder.encode(text));
}

/** One write may take only a part of the bytes, as with a slow pipe. */
export function writeAll(file: { writeSync(bytes: Uint8Array): number }, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += file.writeSync(bytes.subarray(written));
}
