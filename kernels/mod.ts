/**
 * Fused loops on shared memory: the few operations that ONNX Runtime has no operator for and that bound a bag model's
 * speed (gather-and-mean, its gradient, the optimizer's pass over the table). WebAssembly SIMD, several threads, no
 * dependency, so that it runs wherever JavaScript runs.
 *
 * @module
 */
export * from "./kernels.ts";
export * from "./memory.ts";
export * from "./text_batch.ts";
export * from "./text_kernels.ts";
