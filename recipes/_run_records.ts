import type { SuiteReport } from "../eval/mod.ts";
import { RUN_FILES, type RunFolder } from "./_run_folder.ts";
import { scoresAt, scoreTable } from "./_scoring.ts";
import type { Run } from "./_stage.ts";
import { trainedModel } from "./_trained_model.ts";
import type { RunResult } from "./run_options.ts";

/** Scores a table on the recipe's evaluation and records it; null where there is none. */
export async function score(
  run: Run,
  step: number,
  table: Float32Array<ArrayBufferLike>,
): Promise<SuiteReport | null> {
  const { options, folder } = run;
  const report = await scoreTable(table, {
    ...run,
    withBaseline: step === run.schedule.totalSteps,
    clock: options.clock,
    onProgress: (progress) => options.onEvent?.({ kind: "scoring", ...progress }),
  });
  if (report === null) return null;
  for (const size of report.sizes) {
    const scores = scoresAt(report, size);
    await folder.appendMetrics({ kind: "evaluation", step, size, scores, seconds: report.seconds ?? 0 });
  }
  options.onEvent?.({ kind: "scores", step, report });
  return report;
}

/** Counts of the data, as stored beside the model. */
export function dataReport({ datasets, sequence, unusedRows, schedule, tokenizer }: Run): object {
  return {
    vocab: tokenizer.vocabSize,
    batchesPerEpoch: sequence.stepsPerEpoch,
    totalSteps: schedule.totalSteps,
    datasets: Object.fromEntries(datasets.map(({ name, columnNames, roles, report }, i) => [
      name,
      { columnNames, roles, batches: sequence.batchCounts[i], unusedInFirstEpoch: unusedRows[i], ...report },
    ])),
  };
}

/** Writes scores, summary and model; the model last. */
export async function saveRun(
  { recipe, tokenizer, folder, options }: Run,
  { summary, report, embeddings }: {
    summary: object;
    report: SuiteReport | null;
    embeddings: Float32Array<ArrayBufferLike>;
  },
): Promise<void> {
  if (report !== null) await folder.writeJson(RUN_FILES.report, report);
  await folder.writeJson(RUN_FILES.run, { ...summary, seed: recipe.seed, environment: options.environment });
  const model = trainedModel(embeddings, { recipe, tokenizer });
  await model.save(folder.path);
  options.onEvent?.({ kind: "saved", path: folder.path });
}

/** The result of a run that had finished before. */
export async function finishedRun(folder: RunFolder): Promise<RunResult> {
  const summary = await folder.readJson(RUN_FILES.run) as Omit<RunResult, "report">;
  const report = await folder.readJson(RUN_FILES.report) as SuiteReport | undefined;
  return { ...summary, folder: folder.path, report: report ?? null };
}
