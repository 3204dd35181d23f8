/**
 * The only place that knows ONNX Runtime: its C API by FFI, on the library that `onnxruntime-node` ships.
 *
 * A {@link Runtime} stands for the library on one device; it makes {@link Session}s from ONNX bytes and
 * {@link Tensor}s over our arrays. Outputs can be written in place, left on the device, or fetched.
 *
 * @module
 */
export { ELEMENT_BYTES, ELEMENT_TYPES, type FunctionName, FUNCTIONS } from "./_api.ts";
export type { Placement } from "./_placement.ts";
export * from "./device.ts";
export * from "./device_fault.ts";
export * from "./device_memory.ts";
export * from "./device_options.ts";
export * from "./library.ts";
export * from "./onnx_runtime_error.ts";
export * from "./runtime.ts";
export { type RunOptions, Session, type SessionOptions } from "./session.ts";
export * from "./short_reason.ts";
export * from "./tensor.ts";
