/**
 * Training: losses and optimizers as graphs, artifacts on disk, executors that run them, and the loop.
 *
 * @module
 */
export { checkDevice } from "./_device_graphs.ts";
export * from "./accumulation_graph.ts";
export * from "./artifacts.ts";
export * from "./batch_memory.ts";
export * from "./batch_plan.ts";
export * from "./check_graph_spec.ts";
export * from "./check_precision.ts";
export * from "./checkpoint.ts";
export * from "./chunk_graphs.ts";
export * from "./chunked_loss.ts";
export * from "./communication_volume.ts";
export * from "./executor.ts";
export * from "./fused_executor.ts";
export * from "./graph_executor.ts";
export * from "./late_number.ts";
export * from "./loss_graph.ts";
export * from "./loss_runner.ts";
export * from "./losses/mod.ts";
export * from "./optimizers/mod.ts";
export * from "./problem.ts";
export * from "./row_range.ts";
export * from "./schedule.ts";
export * from "./segment_plan.ts";
export * from "./segment_sum.ts";
export * from "./share_start.ts";
export * from "./step_time.ts";
export * from "./table_blocks.ts";
export * from "./table_memory.ts";
export * from "./team.ts";
export * from "./tensorboard/mod.ts";
export * from "./trainer.ts";
export * from "./training_graph.ts";
