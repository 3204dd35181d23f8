import type { SuiteReport } from "../eval/mod.ts";
import type { TrainerOptions, TrainingEnd } from "../train/mod.ts";
import { writeRunItems } from "./_run_items.ts";
import { scoreAtEnd } from "./_run_records.ts";
import type { Run } from "./_stage.ts";

/** The step that a run pauses after; undefined if it goes on to its end. */
export function pauseStep(
  { options: { pauseAfter = 1 }, schedule: { totalSteps }, team }: Run,
): number | undefined {
  if (team !== undefined) return undefined;
  const step = Math.max(1, Math.ceil(totalSteps * pauseAfter));
  return step < totalSteps ? step : undefined;
}

/**
 * What a run leaves that has not reached its end: at its pause a checkpoint and the scores of the table, which are no
 * part of the run's own evaluations; after the signal nothing more.
 */
export async function pause(
  run: Run,
  trainer: TrainerOptions,
  end: TrainingEnd,
): Promise<SuiteReport | null> {
  const { step, lossSum, lossCount } = end;
  if (step !== pauseStep(run)) return null;
  const { executor, start, evalSteps } = trainer;
  const table = await executor.readTable();
  if (step > (start?.step ?? 0)) {
    // Training leaves out the evaluation of its last step, which here is one of many.
    if (evalSteps && step % evalSteps === 0) await trainer.evaluate?.(step, table);
    await trainer.save?.({ step, lossSum, lossCount }, await executor.readState());
  }
  if (run.options.signal?.aborted) return null;
  const report = await scoreAtEnd(run, table, { withBaseline: false });
  await writeRunItems(run, step, report);
  return report;
}
