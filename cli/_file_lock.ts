import { dirname } from "node:path";

/** Milliseconds between two tries. */
const PAUSE = 200;

/**
 * Takes the lock of a file, which one process holds at a time; the operating system gives it back when a process dies.
 *
 * @param path The file; it is made.
 * @returns The lock; disposing it gives it back. Undefined if another process holds it.
 */
export function tryLockFile(path: string): Disposable | undefined {
  Deno.mkdirSync(dirname(path), { recursive: true });
  const file = Deno.openSync(path, { create: true, write: true });
  if (file.tryLockSync(true)) return file; // closing the file unlocks it
  file.close();
  return undefined;
}

/**
 * Takes the lock of a file, and waits as long as another process holds it.
 *
 * @param path The file; it is made.
 * @param signal Ends the waiting.
 */
export async function lockFile(path: string, signal: AbortSignal): Promise<Disposable> {
  for (;;) {
    signal.throwIfAborted();
    const lock = tryLockFile(path);
    if (lock !== undefined) return lock;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}
