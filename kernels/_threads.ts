import {
  argumentsOf,
  CONTROL,
  instantiateKernels,
  JOB,
  jobPlace,
  KERNEL_NAMES,
  type KernelExports,
  type KernelName,
  type PlainExports,
  SCRATCH_BYTES,
  workOff,
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

/** Threads that work on kernel memory: the calling one, and workers, which do not keep the process alive. */
export class KernelThreads {
  /** Functions of the calling thread. */
  readonly exports: KernelExports & PlainExports;
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #workers: number;
  #sequence = 0;

  private constructor(memory: KernelMemory, control: Int32Array<SharedArrayBuffer>, workers: number) {
    this.exports = instantiateKernels(memory.memory, memory.reserve(SCRATCH_BYTES));
    this.#control = control;
    this.#workers = workers;
  }

  /** The calling thread alone: there is nothing to be stopped. */
  static alone(memory: KernelMemory): KernelThreads {
    const control = new Int32Array(CONTROL.LENGTH) as unknown as Int32Array<SharedArrayBuffer>;
    return new KernelThreads(memory, control, 0);
  }

  /** Starts threads, the calling one counted in, and waits until they are ready. */
  static async start(memory: KernelMemory, threads: number): Promise<KernelThreads> {
    if (threads <= 1) return KernelThreads.alone(memory);
    const control = new Int32Array(new SharedArrayBuffer(CONTROL.LENGTH * 4));
    await Promise.all(Array.from({ length: threads - 1 }, () => {
      return startWorker({ memory: memory.memory, control, scratch: memory.reserve(SCRATCH_BYTES) });
    }));
    return new KernelThreads(memory, control, threads - 1);
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
   */
  submit({ name, items, grain, values }: KernelJob): number {
    const control = this.#control;
    this.#sequence = (this.#sequence + 1) | 0;
    const job = jobPlace(this.#sequence);
    control[job + JOB.KERNEL] = KERNEL_NAMES.indexOf(name);
    control[job + JOB.ITEMS] = items;
    control[job + JOB.GRAIN] = grain;
    control[job + JOB.ARGUMENT_COUNT] = values.length;
    control.set(values, job + JOB.FIRST_ARGUMENT);
    Atomics.store(control, job + JOB.NEXT, 0);
    Atomics.store(control, job + JOB.DONE, 0);
    if (this.#workers > 0) {
      Atomics.store(control, CONTROL.SEQUENCE, this.#sequence);
      Atomics.notify(control, CONTROL.SEQUENCE);
    }
    return this.#sequence;
  }

  /**
   * Takes part in a job and waits for the others, on the next jobs meanwhile. Jobs are finished in the order in which
   * they were submitted.
   */
  finish(sequence: number): void {
    const control = this.#control;
    const job = jobPlace(sequence);
    workOff(control, job, this.exports);
    let ahead = sequence;
    for (;;) {
      const done = Atomics.load(control, job + JOB.DONE);
      if (done === this.#workers) return;
      if (ahead === this.#sequence) Atomics.wait(control, job + JOB.DONE, done);
      else {
        const next = jobPlace(ahead + 1);
        const isWorking = workOnce(control, { job: next, values: argumentsOf(control, next) }, this.exports);
        if (!isWorking) ahead = (ahead + 1) | 0;
      }
    }
  }

  /** Ends the workers. */
  stop(): void {
    Atomics.store(this.#control, CONTROL.STOPPED, 1);
    Atomics.add(this.#control, CONTROL.SEQUENCE, 1);
    if (this.#workers > 0) Atomics.notify(this.#control, CONTROL.SEQUENCE);
  }
}

function startWorker(start: WorkerStart): Promise<void> {
  const file = new URL("./_worker.ts", import.meta.url);
  const name = "lathe kernels";
  const failed = (reason: unknown): Error => new Error(`Cannot start a kernel thread: ${reason}`);
  const node = nodeWorkers();
  return new Promise((resolve, reject) => {
    if (node) {
      const worker = new node.Worker(file, { workerData: start, name });
      worker.once("error", (error) => reject(failed((error as Error)?.message)));
      worker.once("message", () => {
        worker.unref();
        resolve();
      });
      return;
    }
    const worker = new Worker(file, { type: "module", name });
    worker.onerror = (event) => reject(failed(event.message));
    worker.onmessage = () => resolve();
    worker.postMessage(start);
  });
}
