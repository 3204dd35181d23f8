import { WASM_BASE64 } from "./_wasm.ts";

/** Functions that the compiled module exports; the last two parameters are the range of items. */
export interface KernelExports {
  poolMeans(...values: number[]): void;
  poolSums(...values: number[]): void;
  scaleRows(...values: number[]): void;
  adamw(...values: number[]): void;
  catchUp(...values: number[]): void;
  sgd(...values: number[]): void;
  rowwiseAdagrad(...values: number[]): void;
  prefixProducts(...values: number[]): void;
  encodeTexts(...values: number[]): void;
  splitTexts(...values: number[]): void;
}

/** Functions of the compiled module that are no loops over items. */
export interface PlainExports {
  /** Sets the calling thread's own memory. */
  useScratch(address: number): void;
  /** Puts pieces of an image into one of its tables. */
  addPieces(image: number, table: number, list: number, count: number): void;
  /** 1 if float16 numbers are all finite, else 0. */
  areFinite(halves: number, count: number): number;
}

/** Name of a kernel. */
export type KernelName = keyof KernelExports;

/** Kernels in the order of their numbers in the control block. */
export const KERNEL_NAMES: readonly KernelName[] = [
  "poolMeans",
  "poolSums",
  "scaleRows",
  "adamw",
  "catchUp",
  "sgd",
  "rowwiseAdagrad",
  "prefixProducts",
  "encodeTexts",
  "splitTexts",
];

/** Bytes of a thread's own memory: what a word of {@link LONGEST_WORD} characters takes, and some more. */
export const SCRATCH_BYTES = 4096 + 256;

/** Most characters a word may have for the kernels to gather it. */
export const LONGEST_WORD = 1000;

/** The module compiled for shared memory, and for memory that is not shared. */
const compiled: { shared?: WebAssembly.Module; alone?: WebAssembly.Module } = {};

/**
 * The kernels over a memory.
 *
 * @param scratch the calling thread's own {@link SCRATCH_BYTES}
 */
export function instantiateKernels(
  memory: WebAssembly.Memory,
  scratch: number,
): KernelExports & PlainExports {
  const kind = memory.buffer instanceof ArrayBuffer ? "alone" : "shared";
  const module = compiled[kind] ??= new WebAssembly.Module(moduleFor(kind));
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const exports = instance.exports as unknown as KernelExports & PlainExports;
  exports.useScratch(scratch);
  return exports;
}

/**
 * The module's bytes. It has no atomic instruction, so that one bit decides which memory it takes: the limits' flags in
 * the import of env.memory, 3 for shared, 1 for not shared with a maximum.
 *
 * Source: WebAssembly threads proposal, binary format of limits.
 */
function moduleFor(kind: "shared" | "alone"): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.fromBase64(WASM_BASE64);
  if (kind === "shared") return bytes;
  const name = [..."\x03env\x06memory\x02\x03"].map((character) => character.charCodeAt(0));
  const at = bytes.findIndex((_, i) => name.every((byte, j) => bytes[i + j] === byte));
  bytes[at + name.length - 1] = 1;
  return bytes;
}

/**
 * The control block, an `Int32Array` on shared memory of its own: the number of the latest job, whether to stop, and a
 * ring of jobs. The caller writes a job into the ring, raises `SEQUENCE` and wakes the workers; all threads then draw
 * ranges from the job's `NEXT` until its items are used up. `INSIDE` counts the workers that draw from a job. Once its
 * items are used up and nobody is inside, the caller closes it: a worker that wakes late, or never, is not waited for.
 * Workers go on with the next job of the ring without waiting for the caller.
 */
export const CONTROL = { SEQUENCE: 0, STOPPED: 1, FIRST_JOB: 32, LENGTH: 32 + 4 * 32 } as const;

/** Jobs in the ring, a power of two: as many may be under way. */
export const RING = 4;

/** Fields of a job, from its place in the ring on. */
export const JOB = {
  INSIDE: 0,
  NEXT: 1,
  KERNEL: 2,
  ITEMS: 3,
  GRAIN: 4,
  ARGUMENT_COUNT: 5,
  HAS_FAILED: 6,
  FIRST_ARGUMENT: 7,
} as const;

/** What `INSIDE` of a job is when no worker may begin with it. */
export const CLOSED = -1;

/** Where the job of a number lies in the control block. */
export function jobPlace(sequence: number): number {
  return CONTROL.FIRST_JOB + 32 * (sequence & (RING - 1));
}

/** The arguments of a job's kernel, without the range. */
export function argumentsOf(control: Int32Array<SharedArrayBuffer>, job: number): number[] {
  const first = job + JOB.FIRST_ARGUMENT;
  return [...control.subarray(first, first + control[job + JOB.ARGUMENT_COUNT])];
}

/**
 * Draws one range of a job and works on it; false if there is none left. A kernel that traps fails its job, of which
 * nothing more is then done.
 */
export function workOnce(
  control: Int32Array<SharedArrayBuffer>,
  { job, values }: { job: number; values: readonly number[] },
  kernels: KernelExports,
): boolean {
  const items = control[job + JOB.ITEMS];
  const grain = control[job + JOB.GRAIN];
  const begin = Atomics.add(control, job + JOB.NEXT, grain);
  if (begin >= items) return false;
  try {
    kernels[KERNEL_NAMES[control[job + JOB.KERNEL]]](...values, begin, Math.min(items, begin + grain));
  } catch {
    Atomics.store(control, job + JOB.HAS_FAILED, 1);
    Atomics.store(control, job + JOB.NEXT, items);
  }
  return true;
}

/** Takes part in a job as a worker, if it is still open. */
export function joinJob(control: Int32Array<SharedArrayBuffer>, job: number, kernels: KernelExports): void {
  if (!enterJob(control, job)) return;
  const values = argumentsOf(control, job);
  while (workOnce(control, { job, values }, kernels));
  Atomics.sub(control, job + JOB.INSIDE, 1);
  Atomics.notify(control, job + JOB.INSIDE);
}

/** Counts the calling worker in, unless the job is closed. */
export function enterJob(control: Int32Array<SharedArrayBuffer>, job: number): boolean {
  for (;;) {
    const inside = Atomics.load(control, job + JOB.INSIDE);
    if (inside === CLOSED) return false;
    if (Atomics.compareExchange(control, job + JOB.INSIDE, inside, inside + 1) === inside) return true;
  }
}
