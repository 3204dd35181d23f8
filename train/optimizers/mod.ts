/**
 * Optimizers: each is its state, one step as an ONNX graph, and the same step by kernels.
 *
 * @module
 */
export * from "./adamw.ts";
export * from "./caught_up_adamw.ts";
export * from "./clipping.ts";
export * from "./optimizer.ts";
export * from "./registry.ts";
export * from "./rowwise_adagrad.ts";
export * from "./sgd.ts";
export * from "./sparse_adam.ts";
