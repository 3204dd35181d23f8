/** The part of `node:worker_threads` that the kernels use. */
export interface NodeWorkers {
  /** Starts a thread. */
  Worker: new (file: URL, options: { workerData: unknown; name: string }) => NodeWorker;
  /** The way to the thread that started this one; null in the first thread. */
  parentPort: { postMessage(message: unknown): void } | null;
  /** What this thread was started with. */
  workerData: unknown;
}

/** A thread of Deno or Node.js. */
export interface NodeWorker {
  /** Hears once of a message, an error or the end. */
  once(event: "message" | "error", listener: (value: unknown) => void): void;
  /** Lets the process end while the thread lives. */
  unref(): void;
}

/**
 * The workers of Deno and Node.js, undefined in a browser. Unlike the workers that all of them have, these do not keep
 * the process alive once they are told so.
 */
export function nodeWorkers(): NodeWorkers | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  return process?.getBuiltinModule?.("node:worker_threads") as NodeWorkers | undefined;
}
