import type { Executor } from "../train/mod.ts";
import type { BestModel } from "./_best_model.ts";
import type { Journal } from "./_journal.ts";
import { score } from "./_run_records.ts";
import type { Run } from "./_stage.ts";

/**
 * Scores the table that a resumed run starts with if it was ended at the very step at which its scores were due: then it
 * was left without them, to end soon, and the best model would be chosen without that step.
 */
export async function scoreLeftOut(
  run: Run & { journal: Journal; bestModel: BestModel | undefined },
  executor: Executor,
  step: number,
): Promise<void> {
  const { recipe: { training: { evalSteps } }, folder, bestModel } = run;
  if (step === 0 || evalSteps === null || step % evalSteps !== 0) return;
  const records = await folder.readMetrics();
  if (records.some((record) => record.kind === "evaluation" && record.step === step)) return;
  const table = await executor.readTable();
  const report = await score(run, step, table);
  if (report !== null) await bestModel?.offer(step, report, table);
}
