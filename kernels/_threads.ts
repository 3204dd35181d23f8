import {
  argumentsOf,
  CLOSED,
  CONTROL,
  instantiateKernels,
  JOB,
  jobPlace,
  KERNEL_NAMES,
  type KernelExports,
  type KernelName,
  type PlainExports,
  SCRATCH_BYTES,
  workOnce,
} from "./_instance.ts";
import { nodeWorkers } from "./_node_workers.ts";
import type { WorkerStart } from "./_worker.ts";
import type { KernelMemory } from "./memory.ts";

/** A loop over items: a kernel, how many items, how many a thread takes at once, and the kernel's other arguments. */
export interface KernelJob {
  /** Name of the kernel. */
  name: KernelName;
  /** Number of items. */
  items: number;
  /** Items that a thread takes at once. */
  grain: number;
  /** Arguments before the range of items. */
  values: readonly number[];
}

/** Options of {@link KernelThreads.start}. */
export interface KernelThreadsOptions {
  /** How many, the calling one included. */
  threads: number;
  /**
   * Milliseconds that a worker may take for one range of a job; they are a matter of milliseconds.
   * @default a minute
   */
  patience?: number;
  /**
   * The worker's program.
   * @default `_worker.ts`
   */
  program?: URL;
}

/** What workers run. */
const PROGRAM = new URL("./_worker.ts", import.meta.url);

/** Longest wait for a worker that works on a range, milliseconds. */
const PATIENCE = 60_000;

/** Threads that work on kernel memory: the calling one, and workers, which do not keep the process alive. */
export class KernelThreads {
  /** Functions of the calling thread. */
  readonly exports: KernelExports & PlainExports;
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #workers: number;
  readonly #patience: number;
  #sequence = 0;
  /** Whether a worker may still write where others would. */
  #isBroken = false;

  private constructor(
    memory: KernelMemory,
    control: Int32Array<SharedArrayBuffer>,
    { workers, patience }: { workers: number; patience: number },
  ) {
    this.exports = instantiateKernels(memory.memory, memory.reserve(SCRATCH_BYTES));
    this.#control = control;
    this.#workers = workers;
    this.#patience = patience;
  }

  /** The calling thread alone: there is nothing to be stopped. */
  static alone(memory: KernelMemory): KernelThreads {
    const control = new Int32Array(CONTROL.LENGTH) as unknown as Int32Array<SharedArrayBuffer>;
    return new KernelThreads(memory, control, { workers: 0, patience: PATIENCE });
  }

  /** Starts threads, the calling one counted in, and waits until they are ready. */
  static async start(memory: KernelMemory, options: KernelThreadsOptions): Promise<KernelThreads> {
    const { threads, patience = PATIENCE, program = PROGRAM } = options;
    if (threads <= 1) return KernelThreads.alone(memory);
    const control = new Int32Array(new SharedArrayBuffer(CONTROL.LENGTH * 4));
    await Promise.all(Array.from({ length: threads - 1 }, () => {
      return startWorker(program, { memory: memory.memory, control, scratch: memory.reserve(SCRATCH_BYTES) });
    }));
    return new KernelThreads(memory, control, { workers: threads - 1, patience });
  }

  /** Threads that share the work, the calling one included. */
  get count(): number {
    return this.#workers + 1;
  }

  /** Works a job off on all threads. */
  run(job: KernelJob): void {
    this.finish(this.submit(job));
  }

  /**
   * Hands a job to the workers and returns at once.
   *
   * @returns its number, for {@link finish}; at most four jobs may be under way
   * @throws Error when a worker ended in the middle of an earlier one
   */
  submit({ name, items, grain, values }: KernelJob): number {
    if (this.#isBroken) throw this.#broken();
    const control = this.#control;
    this.#sequence = (this.#sequence + 1) | 0;
    const job = jobPlace(this.#sequence);
    control[job + JOB.KERNEL] = KERNEL_NAMES.indexOf(name);
    control[job + JOB.ITEMS] = items;
    control[job + JOB.GRAIN] = grain;
    control[job + JOB.ARGUMENT_COUNT] = values.length;
    control.set(values, job + JOB.FIRST_ARGUMENT);
    Atomics.store(control, job + JOB.HAS_FAILED, 0);
    Atomics.store(control, job + JOB.NEXT, 0);
    Atomics.store(control, job + JOB.INSIDE, 0);
    if (this.#workers > 0) {
      Atomics.store(control, CONTROL.SEQUENCE, this.#sequence);
      Atomics.notify(control, CONTROL.SEQUENCE);
    }
    return this.#sequence;
  }

  /**
   * Takes part in a job and waits for the others, on the next jobs meanwhile. Jobs are finished in the order in which
   * they were submitted.
   *
   * @throws Error when a kernel trapped, or a worker ended in the middle of its work
   */
  finish(sequence: number): void {
    const control = this.#control;
    const job = jobPlace(sequence);
    let at = job;
    let values = argumentsOf(control, at);
    for (let ahead = sequence; !this.#close(job);) {
      if (workOnce(control, { job: at, values }, this.exports)) continue;
      if (ahead === this.#sequence) this.#wait(job);
      else {
        ahead = (ahead + 1) | 0;
        at = jobPlace(ahead);
        values = argumentsOf(control, at);
      }
    }
    if (control[job + JOB.HAS_FAILED] === 0) return;
    const name = KERNEL_NAMES[control[job + JOB.KERNEL]];
    throw new Error(
      `Cannot run the kernel ${name}: it trapped, with addresses that do not fit the memory; check its arguments`,
    );
  }

  /** Ends a job if its items are used up and no worker is inside; says whether it did. */
  #close(job: number): boolean {
    const control = this.#control;
    return Atomics.load(control, job + JOB.NEXT) >= control[job + JOB.ITEMS] &&
      Atomics.compareExchange(control, job + JOB.INSIDE, 0, CLOSED) === 0;
  }

  /** Waits until a worker is done with a job that has no items left: each of them works on its last range. */
  #wait(job: number): void {
    const inside = Atomics.load(this.#control, job + JOB.INSIDE);
    if (inside === 0) return;
    if (Atomics.wait(this.#control, job + JOB.INSIDE, inside, this.#patience) !== "timed-out") return;
    this.stop();
    this.#isBroken = true;
    throw this.#broken();
  }

  #broken(): Error {
    return new Error(
      `Cannot run kernels: a thread has ended, or hangs for ${
        this.#patience / 1000
      } s; start the threads anew`,
    );
  }

  /** Ends the workers. */
  stop(): void {
    Atomics.store(this.#control, CONTROL.STOPPED, 1);
    Atomics.add(this.#control, CONTROL.SEQUENCE, 1);
    if (this.#workers > 0) Atomics.notify(this.#control, CONTROL.SEQUENCE);
  }
}

function startWorker(program: URL, start: WorkerStart): Promise<void> {
  const name = "lathe kernels";
  const failed = (reason: unknown): Error => new Error(`Cannot start a kernel thread: ${reason}`);
  const node = nodeWorkers();
  return new Promise((resolve, reject) => {
    if (node) {
      const worker = new node.Worker(program, { workerData: start, name });
      worker.once("error", (error) => reject(failed((error as Error)?.message)));
      worker.once("message", () => {
        worker.unref();
        resolve();
      });
      return;
    }
    const worker = new Worker(program, { type: "module", name });
    worker.onerror = (event) => reject(failed(event.message));
    worker.onmessage = () => resolve();
    worker.postMessage(start);
  });
}
