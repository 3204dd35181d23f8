/**
 * Sweeps: a recipe with some of its fields varied, every combination a run of its own.
 *
 * @module
 */
export { checkScored } from "./check_scored.ts";
export { type GridAxis, parseGridAxis } from "./grid_axis.ts";
export { planRungs, type Rung, type RungOptions, survivors } from "./halving.ts";
export { type PlannedRun, planSweep, type SweepPlan, type SweepRequest } from "./plan_sweep.ts";
export { readRunPace, type RunPace } from "./run_pace.ts";
export { type RunProgress, SweepFolder, type SweepSettings } from "./sweep_folder.ts";
export { SweepScores } from "./sweep_scores.ts";
export type { RunItems } from "../_run_items.ts";
