import type { ComparedReports, ComparedRow } from "./compare_reports.ts";
import { drawDifferences } from "./_differences.ts";
import { figure } from "./_figure.ts";
import { Markup, markup, type MarkupValue } from "./_markup.ts";
import {
  formatCount,
  formatDifference,
  formatDifferenceEnds,
  formatP,
  formatScore,
  metricName,
} from "./_names.ts";
import type { Section } from "./_page.ts";
import { comparisonSentence, verdictText } from "./_verdicts.ts";

/** Every comparison as differences with intervals and a table of tests; null where there is none. */
export function comparisonSection(comparisons: readonly ComparedReports[]): Section | null {
  if (comparisons.length === 0) return null;
  return {
    id: "comparison",
    title: "Comparison",
    body:
      markup`<p>Differences item by item, with 95 % intervals of the paired bootstrap. A full circle is a difference that counts:
the permutation test's p value, adjusted for the number of collections, is below 5 %, and the interval leaves out 0. A hollow one is noise.
This is about other queries of the same sort; another seed of the training moves scores, too.</p>
<ul>${comparisons.map((comparison) => markup`<li>${comparisonSentence(comparison)}</li>\n`)}</ul>
<div class="charts">${comparisons.map(differencesOf)}</div>`,
  };
}

function differencesOf({ first, second, rows }: ComparedReports, number: number): Markup {
  const title = `${second} against ${first}`;
  const drawn = rows.filter(({ comparison }) => comparison !== null && comparison.difference.value !== null);
  const text = {
    id: `comparison-${number}`,
    title: `${title}: differences of the main score`,
    description: drawn.map((row) =>
      `${row.collection}: ${formatDifference(row.comparison!.difference.value)}, ${verdictText(row)}.`
    ).join(" "),
  };
  return figure({
    title,
    note: `Right of 0, ${second} is better.`,
    chart: drawDifferences(text, {
      xLabel: "difference",
      differences: drawn.map(({ collection, comparison, verdict }) => ({
        name: collection,
        value: comparison!.difference.value!,
        low: comparison!.difference.low,
        high: comparison!.difference.high,
        verdict,
      })),
    }),
    table: {
      caption: text.title,
      columns: [
        "collection",
        "score",
        first,
        second,
        "difference",
        "95 % interval",
        "p",
        "p, adjusted",
        "p, bootstrap",
        "verdict",
        "items",
        "items needed",
      ],
      words: 2,
      rows: rows.map(cellsOf),
    },
  });
}

function cellsOf(row: ComparedRow): MarkupValue[] {
  const { comparison } = row;
  return [
    row.collection,
    metricName(row.metric),
    formatScore(row.first),
    formatScore(row.second),
    formatDifference(comparison?.difference.value ?? null),
    comparison === null ? "" : formatDifferenceEnds(comparison.difference),
    formatP(comparison?.p ?? null),
    formatP(row.adjustedP),
    formatP(comparison?.bootstrapP ?? null),
    markup`<span class="${row.verdict}">${verdictText(row)}</span>`,
    comparison?.difference.items,
    comparison?.itemsNeeded === null || comparison === null ? "" : formatCount(comparison.itemsNeeded),
  ];
}
