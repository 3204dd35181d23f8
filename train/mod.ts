/**
 * Training: losses and optimizers as graphs, artifacts on disk, executors that run them, and the loop.
 *
 * @module
 */
export * from "./adamw.ts";
export * from "./batch_plan.ts";
export * from "./executor.ts";
export * from "./fused_executor.ts";
export * from "./graph_executor.ts";
export * from "./loss_graph.ts";
export * from "./losses/mod.ts";
export * from "./problem.ts";
export * from "./schedule.ts";
export * from "./segment_plan.ts";
export * from "./segment_sum.ts";
export * from "./training_graph.ts";
export * from "./artifacts.ts";
export * from "./checkpoint.ts";
export * from "./trainer.ts";
