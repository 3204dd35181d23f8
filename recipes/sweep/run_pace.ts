import { join } from "node:path";
import { type MetricsRecord, RUN_FILES } from "../_run_folder.ts";

/** How fast a run was trained, all its sessions together. */
export interface RunPace {
  /** Steps that were done. */
  steps: number;
  /** Seconds that they took, scoring left out. */
  seconds: number;
  /** Rows a second. */
  pairsPerSecond: number;
}

/**
 * How fast a run was trained, by its `metrics.jsonl`.
 *
 * @param folder The run's folder.
 * @returns Null where nothing was logged.
 */
export async function readRunPace(folder: string): Promise<RunPace | null> {
  const text = await Deno.readTextFile(join(folder, RUN_FILES.metrics)).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  const records = text.split("\n").flatMap(recordOf).filter((record) => record.kind === "train");
  const last = records.at(-1);
  if (last === undefined) return null;
  const seconds = records.reduce((sum, record) => sum + record.seconds, 0);
  const pairs = records.reduce((sum, record) => sum + record.seconds * record.pairsPerSecond, 0);
  return { steps: last.step, seconds, pairsPerSecond: seconds > 0 ? pairs / seconds : 0 };
}

/** The record of a line; none for one that was cut off when its process was killed. */
function recordOf(line: string): MetricsRecord[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
