import {
  CONTROL,
  instantiateKernels,
  KERNEL_NAMES,
  type KernelExports,
  type KernelName,
  workOff,
} from "./_instance.ts";
import { KernelMemory } from "./memory.ts";

/** Float rows on kernel memory. */
export type SharedFloats = Float32Array<SharedArrayBuffer>;

/** Integers on kernel memory. */
export type SharedIntegers = Int32Array<SharedArrayBuffer>;

/** Options of {@link Kernels.start}. */
export interface KernelsOptions {
  /** Threads that share the work, the calling one included. @default as many as the machine has cores */
  threads?: number;
}

/** Arguments of {@link Kernels.poolMeans}: bag i holds the rows `ids[offsets[i] .. offsets[i + 1])` of `source`. */
export interface PoolMeansJob {
  /** float32 [rows, stride], row-major. */
  source: SharedFloats;
  /** Floats from one row of `source` to the next. */
  stride: number;
  /** How many leading floats of each row are read: at most `stride`. */
  columns: number;
  /** Row numbers. */
  ids: SharedIntegers;
  /** int32 [bags + 1]. */
  offsets: SharedIntegers;
  /** float32 [bags, columns], written. */
  out: SharedFloats;
  /** Number of bags. */
  bags: number;
}

/** Arguments of {@link Kernels.poolSums}. */
export interface PoolSumsJob extends Omit<PoolMeansJob, "stride"> {
  /** float64 [bags]: squared length of each sum, written. */
  squares: Float64Array<SharedArrayBuffer>;
}

/** Arguments of {@link Kernels.adamw}; shapes as in the kernel's own comment. */
export interface AdamwJob {
  /** Parameters, float32 [rows, columns], updated in place. */
  table: SharedFloats;
  /** First moments, same shape, updated in place. */
  first: SharedFloats;
  /** Second moments, same shape, updated in place. */
  second: SharedFloats;
  /** int32 [rows]: place of the row's gradient in `gradients`, or -1. */
  slots: SharedIntegers;
  /** float32 [used rows, columns]. */
  gradients: SharedFloats;
  /** float32 [9]: gradient factor, beta1, 1 - beta1, beta2, 1 - beta2, step size, 1 / sqrt(1 - beta2^t), epsilon, decay. */
  hyper: SharedFloats;
  /** Floats in a row. */
  columns: number;
  /** Rows of the table. */
  rows: number;
}

/** The fused loops on all cores. Stop it when done, or its threads keep the process alive. */
export class Kernels {
  /** Where all arrays of the jobs must lie. */
  readonly memory: KernelMemory;
  /** Threads that share the work, the calling one included. */
  readonly threads: number;
  readonly #exports: KernelExports;
  readonly #control: SharedIntegers;
  readonly #workers: readonly Worker[];

  private constructor(memory: KernelMemory, control: SharedIntegers, workers: readonly Worker[]) {
    this.memory = memory;
    this.threads = workers.length + 1;
    this.#exports = instantiateKernels(memory.memory);
    this.#control = control;
    this.#workers = workers;
  }

  /** Starts the threads and waits until they are ready. */
  static async start(options: KernelsOptions = {}): Promise<Kernels> {
    const memory = new KernelMemory();
    const control = new Int32Array(new SharedArrayBuffer(CONTROL.LENGTH * 4));
    const count = Math.max(1, options.threads ?? navigator.hardwareConcurrency) - 1;
    const workers = Array.from(
      { length: count },
      () => new Worker(new URL("./_worker.ts", import.meta.url), { type: "module", name: "lathe kernels" }),
    );
    await Promise.all(workers.map((worker) => {
      worker.postMessage({ memory: memory.memory, control });
      return new Promise<void>((resolve, reject) => {
        worker.onmessage = () => resolve();
        worker.onerror = (event) => reject(new Error(`Cannot start a kernel thread: ${event.message}`));
      });
    }));
    return new Kernels(memory, control, workers);
  }

  /** Mean of each bag's rows; an empty bag gives zeros. */
  poolMeans(job: PoolMeansJob): void {
    const { source, stride, columns, ids, offsets, out, bags } = job;
    this.#run("poolMeans", bags, 16, [at(source), stride, columns, at(ids), at(offsets), at(out)]);
  }

  /** Sum of each bag's rows, and the squared length of each sum. */
  poolSums(job: PoolSumsJob): void {
    const { source, columns, ids, offsets, out, squares, bags } = job;
    this.#run("poolSums", bags, 16, [at(source), columns, at(ids), at(offsets), at(out), at(squares)]);
  }

  /** Multiplies row r of `rows` (float32 [factors.length, columns]) by `factors[r]`, in place. */
  scaleRows(rows: SharedFloats, columns: number, factors: SharedFloats): void {
    this.#run("scaleRows", factors.length, 256, [at(rows), columns, at(factors)]);
  }

  /** One AdamW step on every row, in place. */
  adamw(job: AdamwJob): void {
    const { table, first, second, slots, gradients, hyper, columns, rows } = job;
    const pointers = [table, first, second, slots, gradients, hyper].map(at);
    this.#run("adamw", rows, 64, [...pointers, columns]);
  }

  /** Ends the threads. The memory stays readable. */
  stop(): void {
    Atomics.store(this.#control, CONTROL.SEQUENCE, -1);
    Atomics.notify(this.#control, CONTROL.SEQUENCE);
  }

  /** Same as {@link stop}. */
  [Symbol.dispose](): void {
    this.stop();
  }

  #run(name: KernelName, items: number, grain: number, values: readonly number[]): void {
    const control = this.#control;
    control[CONTROL.KERNEL] = KERNEL_NAMES.indexOf(name);
    control[CONTROL.ITEMS] = items;
    control[CONTROL.GRAIN] = grain;
    control[CONTROL.ARGUMENT_COUNT] = values.length;
    control.set(values, CONTROL.FIRST_ARGUMENT);
    Atomics.store(control, CONTROL.NEXT, 0);
    Atomics.store(control, CONTROL.DONE, 0);
    Atomics.add(control, CONTROL.SEQUENCE, 1);
    Atomics.notify(control, CONTROL.SEQUENCE);
    workOff(control, this.#exports);
    for (;;) {
      const done = Atomics.load(control, CONTROL.DONE);
      if (done === this.#workers.length) return;
      Atomics.wait(control, CONTROL.DONE, done);
    }
  }
}

/** Address of an array on kernel memory; read as unsigned by the kernels. */
function at(array: ArrayBufferView<SharedArrayBuffer>): number {
  return array.byteOffset | 0;
}
