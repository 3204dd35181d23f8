import { TextsChecksum } from "../data/mod.ts";
import { collectionTexts, type EvaluationCollection, mainItems, type SuiteReport } from "../eval/mod.ts";
import { RUN_FILES } from "./_run_folder.ts";
import type { Run } from "./_stage.ts";

/** The main scores of a run's table item by item: what `items.json` holds. */
export interface RunItems {
  /** Steps that were done. */
  step: number;
  /** Steps of the whole training. */
  totalSteps: number;
  /** Checksum of every collection's texts by its name: items are the same where it is. */
  texts: Record<string, string>;
  /** Main scores at every size, with items. */
  report: SuiteReport;
}

/** Writes what a table scores item by item into the run's folder, where that is wanted. */
export async function writeRunItems(
  { folder, schedule, options, collections }: Run,
  step: number,
  report: SuiteReport | null,
): Promise<void> {
  if (!options.perItem || report === null) return;
  const texts = Object.fromEntries(collections.map((each) => [each.name, checksumOf(each)]));
  const items: RunItems = { step, totalSteps: schedule.totalSteps, texts, report: mainItems(report) };
  await folder.writeText(RUN_FILES.items, JSON.stringify(items) + "\n");
}

function checksumOf(collection: EvaluationCollection): string {
  return new TextsChecksum().add(collectionTexts(collection)).digest().slice(0, 16);
}
