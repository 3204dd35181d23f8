import type { KernelName } from "./_instance.ts";
import { KernelThreads } from "./_threads.ts";
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
  /** int32 [bags]: row of `out` that each bag's sum goes to. */
  places: SharedIntegers;
  /** Rows of `out` below this number hold a sum already, to which the bag's is added. */
  known: number;
  /** float64 [places]: squared length of each sum, written. */
  squares: Float64Array<SharedArrayBuffer>;
}

/** What all optimizer kernels take; all float32 tables are [rows, columns], row-major, updated in place. */
export interface OptimizerJob {
  /** Parameters. */
  table: SharedFloats;
  /** float32 [used rows, columns]: the gradient. */
  gradients: SharedFloats;
  /** The kernel's numbers, in the order that its comment gives. */
  hyper: SharedFloats;
  /** float32 [rows]: factor of each row's learning rate. @default 1 for all */
  scales?: SharedFloats;
  /** Floats in a row. */
  columns: number;
  /** How many rows are updated. */
  items: number;
}

/** Arguments of {@link Kernels.adamw}. */
export interface AdamwJob extends OptimizerJob {
  /** First moments. */
  first: SharedFloats;
  /** Second moments. */
  second: SharedFloats;
  /** int32 [items]: the rows to be updated. @default the rows 0 .. items */
  rows?: SharedIntegers;
  /** int32 [rows of the table]: place of the row's gradient in `gradients`, or -1. */
  slots: SharedIntegers;
}

/** Arguments of {@link Kernels.catchUp}. */
export interface CatchUpJob extends Omit<OptimizerJob, "gradients"> {
  /** First moments. */
  first: SharedFloats;
  /** Second moments. */
  second: SharedFloats;
  /** int32 [items]: the rows to be updated. @default the rows 0 .. items */
  rows?: SharedIntegers;
  /** float32 [rows of the table]: the step up to which each row is up to date; updated. */
  lastSteps: SharedFloats;
  /** float32 [steps, 7]: see the kernel. */
  coefficients: SharedFloats;
}

/** Arguments of {@link Kernels.sgd}. */
export interface SgdJob extends OptimizerJob {
  /** Momentum. */
  buffer: SharedFloats;
  /** int32 [rows of the table]: place of the row's gradient in `gradients`, or -1. */
  slots: SharedIntegers;
}

/** Arguments of {@link Kernels.rowwiseAdagrad}. */
export interface RowwiseAdagradJob extends OptimizerJob {
  /** float32 [rows of the table]: accumulators, updated. */
  accumulators: SharedFloats;
  /** int32 [items]: the rows to be updated; item i's gradient is row i of `gradients`. */
  rows: SharedIntegers;
  /** float64 [items]: squared length of each gradient. */
  squares: Float64Array<SharedArrayBuffer>;
}

/** Arguments of {@link Kernels.prefixProducts}. */
export interface PrefixProductsJob {
  /** float32 [aRows, columns]. */
  a: SharedFloats;
  /** Rows of `a`, at least one. */
  aRows: number;
  /** float32 [bRows, columns]. */
  b: SharedFloats;
  /** Rows of `b`. */
  bRows: number;
  /** Floats in a row of either. */
  columns: number;
  /** int32: ascending column counts, at most `columns`. */
  sizes: SharedIntegers;
  /** float64 [sizes, aRows, bRows], written. */
  out: Float64Array<SharedArrayBuffer>;
}

/** The fused loops of training on all cores. Stop it when done, which ends its threads. */
export class Kernels {
  /** Where all arrays of the jobs must lie. */
  readonly memory: KernelMemory;
  /** Threads that share the work, the calling one included. */
  readonly threads: number;
  readonly #threads: KernelThreads;

  private constructor(memory: KernelMemory, threads: KernelThreads) {
    this.memory = memory;
    this.threads = threads.count;
    this.#threads = threads;
  }

  /** Starts the threads and waits until they are ready. */
  static async start(options: KernelsOptions = {}): Promise<Kernels> {
    const memory = new KernelMemory();
    const count = options.threads ?? navigator.hardwareConcurrency;
    return new Kernels(memory, await KernelThreads.start(memory, { threads: count }));
  }

  /** Mean of each bag's rows; an empty bag gives zeros. */
  poolMeans(job: PoolMeansJob): void {
    const { source, stride, columns, ids, offsets, out, bags } = job;
    this.#run("poolMeans", bags, 16, [at(source), stride, columns, at(ids), at(offsets), at(out)]);
  }

  /** Sum of each bag's rows, and the squared length of each sum. */
  poolSums(job: PoolSumsJob): void {
    const { source, columns, ids, offsets, places, known, out, squares, bags } = job;
    const pointers = [at(ids), at(offsets), at(places), known, at(out), at(squares)];
    this.#run("poolSums", bags, 16, [at(source), columns, ...pointers]);
  }

  /** Multiplies row r of `rows` (float32 [factors.length, columns]) by `factors[r]`, in place. */
  scaleRows(rows: SharedFloats, columns: number, factors: SharedFloats): void {
    this.#run("scaleRows", factors.length, 256, [at(rows), columns, at(factors)]);
  }

  /** One AdamW step, in place. */
  adamw(job: AdamwJob): void {
    const { table, first, second, rows, slots, gradients, hyper, scales, columns, items } = job;
    const pointers = [table, first, second, rows, slots, gradients, hyper, scales].map(at);
    this.#run("adamw", items, 64, [...pointers, columns]);
  }

  /** Makes up for AdamW steps in which rows had no gradient, in place. */
  catchUp(job: CatchUpJob): void {
    const { table, first, second, rows, lastSteps, coefficients, scales, hyper, columns, items } = job;
    const pointers = [table, first, second, rows, lastSteps, coefficients, scales, hyper].map(at);
    this.#run("catchUp", items, 64, [...pointers, columns]);
  }

  /** One step of gradient descent with momentum, in place. */
  sgd({ table, buffer, slots, gradients, hyper, scales, columns, items }: SgdJob): void {
    const pointers = [table, buffer, slots, gradients, hyper, scales].map(at);
    this.#run("sgd", items, 64, [...pointers, columns]);
  }

  /** One step of row-wise Adagrad, in place. */
  rowwiseAdagrad(job: RowwiseAdagradJob): void {
    const { table, accumulators, rows, gradients, squares, hyper, scales, columns, items } = job;
    const pointers = [table, accumulators, rows, gradients, squares, hyper, scales].map(at);
    this.#run("rowwiseAdagrad", items, 64, [...pointers, columns]);
  }

  /**
   * Products of all rows of `a` with all rows of `b` over the first columns, for every size in one pass:
   * `out[s, i, j] = sum over c < sizes[s] of a[i, c] b[j, c]`. Sums over 32 columns are float32, sums of those float64;
   * a result depends on its two rows and its size alone.
   */
  prefixProducts({ a, aRows, b, bRows, columns, sizes, out }: PrefixProductsJob): void {
    const groups = Math.ceil(bRows / 16);
    this.#run("prefixProducts", groups, 1, [
      at(a),
      aRows,
      at(b),
      bRows,
      columns,
      at(sizes),
      sizes.length,
      at(out),
    ]);
  }

  /** Ends the threads. The memory stays readable. */
  stop(): void {
    this.#threads.stop();
  }

  /** Same as {@link stop}. */
  [Symbol.dispose](): void {
    this.stop();
  }

  #run(name: KernelName, items: number, grain: number, values: readonly number[]): void {
    this.#threads.run({ name, items, grain, values });
  }
}

/** Address of an array on kernel memory, read as unsigned by the kernels; 0 stands for none. */
function at(array: ArrayBufferView<SharedArrayBuffer> | undefined): number {
  return array === undefined ? 0 : array.byteOffset | 0;
}
