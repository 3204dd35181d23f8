import type { SuiteReport } from "../suite_report.ts";
import { collectionNames, isPlain } from "./_headlines.ts";
import { formatEnds, formatScore, metricName, subjectName } from "./_names.ts";
import { type ScoreRow, scoreRows } from "./score_rows.ts";
import { textTable } from "./_text_table.ts";

/**
 * The report as a table of fixed width: a line for every collection and mean, a column for every size, the main score
 * in each and below it the ends of its interval, where there is one; what has no vectors, such as BM25, in a column of
 * its own, other models on lines of their own; notes below. An undefined score is a dash.
 *
 * @param report result of a suite
 * @param rows its rows with intervals, where they are known already
 * @returns lines that end in a line feed
 */
export function reportTable(report: SuiteReport, rows: readonly ScoreRow[] = scoreRows(report)): string {
  const shown = rows.filter(isPlain);
  const own = (row: ScoreRow): boolean => !row.isBaseline;
  const sizes = [...new Set(shown.flatMap(({ size }) => size ?? []))].sort((a, b) => a - b);
  const beside = [...new Set(shown.filter((row) => row.size === null).map(({ subject }) => subject))];
  const models = [...new Set(shown.filter((row) => row.size !== null).map(({ subject }) => subject))];
  const several = models.length > 1;
  const lines = collectionNames(shown).flatMap((name) => {
    const ofName = shown.filter(({ collection }) => collection === name);
    return models.flatMap((model) => {
      const ofModel = ofName.filter(({ subject, size }) => subject === model && size !== null);
      if (ofModel.length === 0) return [];
      const isFirst = ofModel.some(own);
      const cells = [
        ...sizes.map((size) => ofModel.find((row) => row.size === size)),
        ...beside.map((subject) => isFirst ? ofName.find((row) => row.subject === subject) : undefined),
      ];
      const names = [name, ...(several ? [subjectName(model)] : []), metricName(ofModel[0].metric)];
      const ends = cells.map((row) => row === undefined ? "" : formatEnds(row.score));
      return [
        [...names, ...cells.map((row) => row === undefined ? "" : formatScore(row.score.value))],
        ...(ends.some((each) => each !== "") ? [[...names.map(() => ""), ...ends]] : []),
      ];
    });
  });
  const head = [
    "collection",
    ...(several ? ["model"] : []),
    "score",
    ...sizes.map(String),
    ...beside.map(subjectName),
  ];
  const notes = report.collections.flatMap(({ name, notes }) =>
    notes.map((note) => `note: ${name}: ${note}\n`)
  );
  return textTable(head, lines, { words: several ? 3 : 2 }) + [...notes, ...intervalNotes(shown)].join("");
}

/** Why some main scores have no interval, or one to be read with care: once for each reason. */
function intervalNotes(rows: readonly ScoreRow[]): string[] {
  const reasons = new Map<string, Set<string>>();
  for (const { collection, score: { note, value } } of rows) {
    if (note === undefined || value === null) continue;
    reasons.set(note, (reasons.get(note) ?? new Set()).add(collection));
  }
  return [...reasons].map(([note, names]) => `note: interval: ${[...names].join(", ")}: ${note}\n`);
}
