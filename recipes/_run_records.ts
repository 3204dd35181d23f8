import { createHash } from "node:crypto";
import type { SuiteReport } from "../eval/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import type { Journal } from "./_journal.ts";
import { RUN_FILES, type RunFolder } from "./_run_folder.ts";
import { scoresAt, scoreTable } from "./_scoring.ts";
import type { Run } from "./_stage.ts";
import { trainedModel } from "./_trained_model.ts";
import type { RunResult } from "./run_options.ts";

/** Scores a table on the recipe's evaluation and records it; null where there is none. */
export async function score(
  run: Run & { journal: Journal },
  step: number,
  table: Float32Array<ArrayBufferLike>,
): Promise<SuiteReport | null> {
  const { options, journal } = run;
  const report = await scoreAtEnd(run, table, step === run.schedule.totalSteps);
  if (report === null) return null;
  for (const size of report.sizes) {
    const scores = scoresAt(report, size);
    await journal.scores({ kind: "evaluation", step, size, scores, seconds: report.seconds ?? 0 });
  }
  options.onEvent?.({ kind: "scores", step, report });
  return report;
}

/** Scores a table without recording it; beside baselines, as at the end, unless told otherwise. */
export async function scoreAtEnd(
  run: Run,
  table: Float32Array<ArrayBufferLike>,
  withBaseline = true,
): Promise<SuiteReport | null> {
  const { options } = run;
  return await scoreTable(table, {
    ...run,
    withBaseline,
    clock: options.clock,
    onProgress: (progress) => options.onEvent?.({ kind: "scoring", ...progress }),
  });
}

/** Counts and checksums of the data, as stored beside the model. */
export function dataReport({ recipe, datasets, sequence, schedule, tokenizer }: Run): object {
  return {
    revisions: Object.fromEntries(datasets.map(({ name, revision }) => [name, revision ?? null])),
    // One that is built follows from the data.
    ...typeof recipe.tokenizer === "string" && { tokenizer: tokenizerVersion(tokenizer) },
    vocab: tokenizer.vocabSize,
    batchesPerEpoch: sequence.stepsPerEpoch,
    totalSteps: schedule.totalSteps,
    datasets: Object.fromEntries(datasets.map(({ name, columnNames, roles, report, checksum }, i) => [
      name,
      { columnNames, roles, batches: sequence.batchCounts[i], ...report, checksum },
    ])),
  };
}

function tokenizerVersion({ json }: Tokenizer): string {
  return createHash("sha256").update(json).digest("hex").slice(0, 16);
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
