import type { Runtime } from "../runtime/mod.ts";
import type { TrainingProblem } from "./problem.ts";

/** What carries out the steps where whole graphs do, for the log. */
export function describeGraphs(
  { device, library, options: { deviceId = 0 } }: Runtime,
  { precision = "float32" }: TrainingProblem,
  blocks: readonly number[],
): string {
  const number = deviceId === 0 ? "" : `:${deviceId}`;
  const products = precision === "float32" ? "" : `, products in ${precision}`;
  const tables = blocks.length === 1 ? "" : `, tables in ${blocks.length} blocks of columns`;
  return `${device}${number}: ONNX Runtime ${library.version}, whole graphs${products}${tables}`;
}
