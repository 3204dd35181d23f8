import { toScore } from "./_records.ts";
import { readTable, tableNames, type TablePlaces, textOf } from "./_table.ts";
import type { SimilarityPairs } from "./collection.ts";
import type { StsSpec } from "./evaluation_spec.ts";

/** Names that data sets give the columns of scored pairs. */
const ROLES = {
  first: ["sentence1", "sent1", "text1", "text_1", "sentence_1"],
  second: ["sentence2", "sent2", "text2", "text_2", "sentence_2"],
  score: ["score", "similarity_score", "labels.label", "label", "class"],
} as const;

/**
 * Loads pairs of sentences with scores: columns `sentence1`, `sentence2`, `score`.
 *
 * @param spec which data set, configuration and split
 * @param places where `hf://` addresses are looked up, and where relative paths start
 * @throws RangeError when data set, configuration, split or a column is missing (the message lists what there is) or
 * there are no rows; SyntaxError when a score is no number
 */
export async function loadSts(spec: StsSpec, places: TablePlaces = {}): Promise<SimilarityPairs> {
  const table = await readTable(spec, ROLES, places);
  const { source: name } = spec;
  return {
    kind: "similarity",
    ...tableNames(spec),
    first: table.first.map((value, number) => textOf(value, { name, number })),
    second: table.second.map((value, number) => textOf(value, { name, number })),
    scores: table.score.map((value, number) => toScore(value, { name, number })),
  };
}
