/**
 * Computations as ONNX graphs: build them from operations ({@link add}, {@link gemm}, ...), append the backward pass
 * with {@link gradients}, write them with {@link serializeGraph}. Executes nothing.
 *
 * @module
 */
export type { NamedExtents } from "./_extents.ts";
export * from "./fused.ts";
export * from "./gradients.ts";
export * from "./graph.ts";
export * from "./low_precision.ts";
export * from "./ops.ts";
export * from "./peak_bytes.ts";
export * from "./protobuf_message.ts";
export * from "./reachable_nodes.ts";
export * from "./rules.ts";
export * from "./serialize.ts";
export * from "./sorting.ts";
export * from "./traffic.ts";
export * from "./value.ts";
