import { resolve } from "node:path";
import { isFolder } from "./_folder_files.ts";
import { readTable, type Table, tableNames, type TablePlaces, textOf } from "./_table.ts";
import { classificationDraws } from "./classification_draws.ts";
import type { LabelledTexts } from "./collection.ts";
import type { ClassificationSpec } from "./evaluation_spec.ts";

/** Names that data sets give the columns of labelled texts. */
const ROLES = {
  text: ["text", "sentence", "title"],
  label: ["label", "category", "labels", "intent"],
} as const;

/**
 * Loads texts with labels: columns `text`, `label` (or `category`); training and test rows. Of the training texts only
 * those are kept that a draw takes.
 *
 * @param spec which data set, configuration and splits
 * @param places where `hf://` addresses are looked up, and where relative paths start
 * @throws RangeError when something is missing
 */
export async function loadClassification(
  spec: ClassificationSpec,
  places: TablePlaces = {},
): Promise<LabelledTexts> {
  const path = resolve(places.baseFolder ?? ".", spec.source);
  if (!spec.source.startsWith("hf://") && !await isFolder(path)) {
    throw new RangeError(
      `Cannot score ${spec.source}: a classifier needs training rows beside the test rows; give a folder with train ` +
        "and test files, or a data set of the hub",
    );
  }
  const test = columnsOf(spec.source, await readTable(spec, ROLES, places));
  const trainSpec = { ...spec, split: spec.trainSplit ?? "train", take: null };
  const train = columnsOf(spec.source, await readTable(trainSpec, ROLES, places));
  const draws = classificationDraws(train.labels, spec);
  const taken = [...new Set(draws.flat())].sort((a, b) => a - b);
  const placeOf = new Map(taken.map((row, place) => [row, place]));
  return {
    kind: "classification",
    ...tableNames(spec),
    trainTexts: taken.map((row) => train.texts[row]),
    trainLabels: taken.map((row) => train.labels[row]),
    draws: draws.map((rows) => rows.map((row) => placeOf.get(row)!)),
    testTexts: test.texts,
    testLabels: test.labels,
  };
}

function columnsOf(
  name: string,
  { text, label }: Table<keyof typeof ROLES>,
): { texts: string[]; labels: string[] } {
  return {
    texts: text.map((value, number) => textOf(value, { name, number })),
    labels: label.map((value, number) => textOf(value, { name, number })),
  };
}
