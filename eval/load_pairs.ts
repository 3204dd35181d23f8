import { readTable, tableNames, type TablePlaces, textOf } from "./_table.ts";
import type { LabelledPairs, ParaphraseTexts, TextTriplets, TranslationPairs } from "./collection.ts";
import type {
  PairClassificationSpec,
  ParaphraseMiningSpec,
  TranslationSpec,
  TripletsSpec,
} from "./evaluation_spec.ts";

/** Names that data sets give the first column of pairs. */
export const FIRST_COLUMNS: readonly string[] = [
  "sentence1",
  "sent1",
  "text1",
  "text_1",
  "sentence_1",
  "premise",
];

/** Names that data sets give the second column of pairs. */
export const SECOND_COLUMNS: readonly string[] = [
  "sentence2",
  "sent2",
  "text2",
  "text_2",
  "sentence_2",
  "hypothesis",
];

/** Words that data sets write for labels. */
const LABELS: Readonly<Record<string, number>> = { "0": 0, "1": 1, false: 0, true: 1 };

/**
 * Loads pairs of texts that belong together or not: columns `sentence1`, `sentence2`, `label` (or `labels`), 1 or 0.
 *
 * @param spec which data set, configuration and split
 * @param places where `hf://` addresses are looked up, and where relative paths start
 * @throws RangeError when something is missing, or a label is neither 0 nor 1
 */
export async function loadPairClassification(
  spec: PairClassificationSpec,
  places: TablePlaces = {},
): Promise<LabelledPairs> {
  const table = await readTable(spec, {
    first: FIRST_COLUMNS,
    second: SECOND_COLUMNS,
    label: ["label", "labels"],
  }, places);
  return {
    kind: "pairClassification",
    ...tableNames(spec),
    ...textColumns(spec.source, { first: table.first, second: table.second }),
    labels: table.label.map((value, number) => {
      const label = LABELS[String(value).trim()];
      if (label !== undefined) return label;
      throw new RangeError(
        `Cannot read ${spec.source}: row ${
          number + 1
        } has the label '${value}'; give 1 for pairs that belong ` +
          "together, 0 for others",
      );
    }),
  };
}

/**
 * Loads triplets of texts: columns `anchor` (or `query`), `positive`, `negative`.
 *
 * @param spec which data set, configuration and split
 * @param places where `hf://` addresses are looked up, and where relative paths start
 * @throws RangeError when something is missing
 */
export async function loadTriplets(spec: TripletsSpec, places: TablePlaces = {}): Promise<TextTriplets> {
  const roles = {
    anchors: ["anchor", "query", "question"],
    positives: ["positive"],
    negatives: ["negative"],
  };
  const table = await readTable(spec, roles, places);
  return { kind: "triplets", ...tableNames(spec), ...textColumns(spec.source, table) };
}

/**
 * Loads sentences and their translations: columns `sentence1` and `sentence2`, `source` and `target`, or `english` and
 * `non_english`.
 *
 * @param spec which data set, configuration and split
 * @param places where `hf://` addresses are looked up, and where relative paths start
 * @throws RangeError when something is missing
 */
export async function loadTranslation(
  spec: TranslationSpec,
  places: TablePlaces = {},
): Promise<TranslationPairs> {
  const roles = {
    source: [...FIRST_COLUMNS, "source", "english"],
    target: [...SECOND_COLUMNS, "target", "non_english"],
  };
  const table = await readTable(spec, roles, places);
  return { kind: "translation", ...tableNames(spec), ...textColumns(spec.source, table) };
}

/**
 * Loads pairs of texts that mean the same, to be found among all their texts: columns `sentence1`, `sentence2`. A text
 * that stands in several pairs is one text.
 *
 * @param spec which data set, configuration and split
 * @param places where `hf://` addresses are looked up, and where relative paths start
 * @throws RangeError when something is missing
 */
export async function loadParaphraseMining(
  spec: ParaphraseMiningSpec,
  places: TablePlaces = {},
): Promise<ParaphraseTexts> {
  const roles = { first: [...FIRST_COLUMNS, "anchor"], second: [...SECOND_COLUMNS, "positive"] };
  const { first, second } = textColumns(spec.source, await readTable(spec, roles, places));
  const numbers = new Map<string, number>();
  const numberOf = (text: string): number => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  };
  const pairs = first.map((text, i): [number, number] => [numberOf(text), numberOf(second[i])]);
  const same = pairs.filter(([a, b]) => a === b).length;
  return {
    kind: "paraphraseMining",
    ...tableNames(spec),
    texts: [...numbers.keys()],
    duplicates: pairs.filter(([a, b]) => a !== b),
    ...(same > 0 ? { notes: [`${same} pairs of one and the same text do not count`] } : {}),
  };
}

/** Columns of texts. */
function textColumns<R extends string>(name: string, table: Record<R, unknown[]>): Record<R, string[]> {
  const entries = Object.entries<unknown[]>(table).map(([role, values]) => [
    role,
    values.map((value, number) => textOf(value, { name, number })),
  ]);
  return Object.fromEntries(entries) as Record<R, string[]>;
}
