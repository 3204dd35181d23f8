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
];

/** Compiles the kernels over a memory. */
export function instantiateKernels(memory: WebAssembly.Memory): KernelExports {
  const module = new WebAssembly.Module(Uint8Array.fromBase64(WASM_BASE64));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports;
}

/**
 * The control block, an `Int32Array` on shared memory of its own. The caller writes a job, raises `SEQUENCE` and wakes
 * the workers; all threads then draw ranges from `NEXT` until the items are used up, and workers raise `DONE`.
 */
export const CONTROL = {
  SEQUENCE: 0,
  DONE: 1,
  NEXT: 2,
  KERNEL: 3,
  ITEMS: 4,
  GRAIN: 5,
  ARGUMENT_COUNT: 6,
  FIRST_ARGUMENT: 7,
  LENGTH: 24,
} as const;

/** Draws ranges of the current job until none is left. */
export function workOff(control: Int32Array<SharedArrayBuffer>, kernels: KernelExports): void {
  const kernel = kernels[KERNEL_NAMES[control[CONTROL.KERNEL]]];
  const items = control[CONTROL.ITEMS];
  const grain = control[CONTROL.GRAIN];
  const last = CONTROL.FIRST_ARGUMENT + control[CONTROL.ARGUMENT_COUNT];
  const values = [...control.subarray(CONTROL.FIRST_ARGUMENT, last)];
  for (;;) {
    const begin = Atomics.add(control, CONTROL.NEXT, grain);
    if (begin >= items) return;
    kernel(...values, begin, Math.min(items, begin + grain));
  }
}
