import { createHash } from "node:crypto";
import { type SuiteReport, withoutItems } from "../eval/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import type { Journal } from "./_journal.ts";
import { RUN_FILES, type RunFolder } from "./_run_folder.ts";
import { writeRunItems } from "./_run_items.ts";
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
  const isLast = step === run.schedule.totalSteps;
  const report = await scoreAtEnd(run, table, { withBaseline: isLast, perItem: isLast && options.perItem });
  if (report === null) return null;
  for (const size of report.sizes) {
    const scores = scoresAt(report, size);
    await journal.scores({ kind: "evaluation", step, size, scores, seconds: report.seconds ?? 0 });
  }
  options.onEvent?.({ kind: "scores", step, report });
  return report;
}

/** Scores a table without recording it; beside baselines and by items, as at the end, unless told otherwise. */
export async function scoreAtEnd(
  run: Run,
  table: Float32Array<ArrayBufferLike>,
  { withBaseline = true, perItem = run.options.perItem }: { withBaseline?: boolean; perItem?: boolean } = {},
): Promise<SuiteReport | null> {
  const { options } = run;
  return await scoreTable(table, {
    ...run,
    withBaseline,
    perItem,
    threads: options.threads,
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
    datasets: Object.fromEntries(datasets.map(({ name, columnNames, roles, report, checksum, ranks }, i) => [
      name,
      { columnNames, roles, batches: sequence.batchCounts[i], ...report, checksum, ...ranks && { ranks } },
    ])),
  };
}

function tokenizerVersion({ json }: Tokenizer): string {
  return createHash("sha256").update(json).digest("hex").slice(0, 16);
}

/** Writes scores, summary and model; the model last. */
export async function saveRun(
  run: Run,
  { summary, report, embeddings }: {
    summary: Pick<RunResult, "best" | "steps"> & { device: string };
    report: SuiteReport | null;
    embeddings: Float32Array<ArrayBufferLike>;
  },
): Promise<void> {
  const { recipe, tokenizer, folder, options } = run;
  await writeRunItems(run, summary.best?.step ?? summary.steps, report);
  if (report !== null) await folder.writeJson(RUN_FILES.report, withoutItems(report));
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
