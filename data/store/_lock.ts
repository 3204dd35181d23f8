/** Milliseconds between two tries. */
const PAUSE = 200;

/** Options of {@linkcode lockFolder}. */
export interface LockOptions {
  /** Called once if another process holds the lock. */
  onWait?: () => void;
  /** Ends the waiting. */
  signal?: AbortSignal;
}

/**
 * Makes the folder of a store and takes its lock, which one process holds at a time. The kernel gives it back when a
 * process dies.
 *
 * @returns the lock; disposing it gives it back
 * @throws {Error} if the folder cannot be made or written to
 */
export async function lockFolder(folder: string, { onWait, signal }: LockOptions = {}): Promise<Disposable> {
  const file = openLock(folder);
  try {
    for (let tries = 0; !file.tryLockSync(true); tries++) {
      if (tries === 0) onWait?.();
      await pause(signal);
    }
    // Closing the file unlocks it.
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Takes the lock of a store that is there; undefined if another process holds it. */
export function tryLockFolder(folder: string): Disposable | undefined {
  const file = openLock(folder);
  if (file.tryLockSync(true)) return file;
  file.close();
  return undefined;
}

function openLock(folder: string): Deno.FsFile {
  try {
    Deno.mkdirSync(folder, { recursive: true });
    return Deno.openSync(`${folder}/lock`, { create: true, write: true });
  } catch (cause) {
    const cure = "name another cache folder with LATHE_CACHE";
    throw new Error(`Cannot write to ${folder}: ${(cause as Error).message}; ${cure}`, { cause });
  }
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise((resolve) => setTimeout(resolve, PAUSE));
  signal?.throwIfAborted();
}
