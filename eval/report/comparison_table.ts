import type { ComparedReports } from "./compare_reports.ts";
import {
  formatCount,
  formatDifference,
  formatDifferenceEnds,
  formatP,
  formatScore,
  metricName,
} from "./_names.ts";
import { textTable } from "./_text_table.ts";
import { comparisonSentence, verdictText } from "./_verdicts.ts";

/** What p values are about, and what not. */
const ABOUT_ITEMS = "p is about other items of the same sort; another seed of the training moves scores, too";

/**
 * A comparison as a table of fixed width: a line for every collection and mean with both scores, their difference and
 * its interval, the adjusted p value, the verdict and how many items it would take; above it a sentence that says
 * which differences are noise, below it what the p values are about.
 *
 * @param comparison two sides
 * @returns lines that end in a line feed
 */
export function comparisonTable(comparison: ComparedReports): string {
  const { first, second, rows } = comparison;
  const lines = rows.map((row) => {
    const { comparison } = row;
    return [
      row.collection,
      metricName(row.metric),
      verdictText(row),
      formatScore(row.first),
      formatScore(row.second),
      formatDifference(comparison?.difference.value ?? null),
      comparison === null ? "" : formatDifferenceEnds(comparison.difference),
      formatP(row.adjustedP),
      comparison === null ? "" : formatCount(comparison.difference.items),
      comparison?.itemsNeeded === null || comparison === null ? "" : formatCount(comparison.itemsNeeded),
    ];
  });
  const head = [
    "collection",
    "score",
    "verdict",
    first,
    second,
    "difference",
    "95 %",
    "p",
    "items",
    "needed",
  ];
  const table = textTable(head, lines, { words: 3 });
  return `${comparisonSentence(comparison)}\n\n${table}${ABOUT_ITEMS}\n`;
}
