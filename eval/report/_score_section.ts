import { drawBars } from "./_bars.ts";
import { figure } from "./_figure.ts";
import { collectionNames, families, isPlain, largestRows, type ScoreFamily } from "./_headlines.ts";
import { Markup, markup } from "./_markup.ts";
import { formatEnds, formatScore, metricName, subjectName } from "./_names.ts";
import type { Section } from "./_page.ts";
import { type Palette, paletteOf } from "./_palette.ts";
import type { ScoreRow } from "./score_rows.ts";
import { table, type TableParts } from "./_table.ts";

/** Bars of every collection at the largest size, with intervals, and the table of all sizes. */
export function scoreSection(rows: readonly ScoreRow[]): Section {
  const palette = paletteOf(rows);
  return {
    id: "scores",
    title: "Scores",
    body: markup`<p>Bars at the largest size of each; the thin line is the 95 % interval.</p>
<div class="charts">${families(rows).map((family, number) => barsOf(family, { palette, number }))}</div>
${families(rows).map((family) => sizesTable(family, palette))}`,
  };
}

function barsOf(
  { kind, metric, rows }: ScoreFamily,
  { palette, number }: { palette: Palette; number: number },
): Markup {
  const shown = largestRows(rows).filter(({ score }) => score.value !== null);
  const subjects = palette.subjects.filter((name) => shown.some(({ subject }) => subject === name));
  const bars = collectionNames(shown).flatMap((name) =>
    shown.filter(({ collection }) => collection === name).map((row) => ({
      group: name,
      ...palette.styleOf(row.subject),
      value: row.score.value!,
      low: row.score.low,
      high: row.score.high,
    }))
  );
  const title = `${metricName(metric)}, ${kind}`;
  const text = {
    id: `scores-${number}`,
    title,
    description: `Bars of ${metricName(metric)} for ${collectionNames(shown).join(", ")}, by ${
      subjects.map(subjectName).join(", ")
    }. The numbers are in the table below.`,
  };
  return figure({
    title,
    legend: subjects.map((subject) => ({ ...palette.styleOf(subject), dash: undefined })),
    chart: drawBars(text, { bars, names: subjects.map(subjectName), xLabel: metricName(metric) }),
    table: barsTable(title, shown, subjects),
  });
}

function barsTable(title: string, shown: readonly ScoreRow[], subjects: readonly string[]): TableParts {
  return {
    caption: `${title}, at the largest size`,
    columns: [
      "collection",
      ...subjects.flatMap((subject) => [subjectName(subject), "95 % interval"]),
      "items",
    ],
    rows: collectionNames(shown).map((name) => {
      const own = subjects.map((subject) =>
        shown.find((row) => row.collection === name && row.subject === subject)
      );
      return [
        name,
        ...own.flatMap((row) => row === undefined ? ["", ""] : [formatScore(row.score.value), ends(row)]),
        own.find((row) => row !== undefined)?.score.items,
      ];
    }),
  };
}

function sizesTable({ kind, metric, rows }: ScoreFamily, { subjects }: Palette): Markup {
  const shown = rows.filter(isPlain);
  const sizes = [...new Set(shown.map(({ size }) => size).filter((size) => size !== null))].sort((a, b) =>
    a - b
  );
  const several = new Set(shown.map(({ subject }) => subject)).size > 1;
  const lines = collectionNames(shown).flatMap((name) => {
    const own = shown.filter(({ collection }) => collection === name);
    return subjects.map((subject) => ({ name, subject, rows: own.filter((row) => row.subject === subject) }))
      .filter(({ rows }) => rows.length > 0);
  });
  return table({
    caption: `${metricName(metric)}, ${kind}, at every size, with 95 % intervals`,
    columns: ["collection", ...(several ? ["model"] : []), ...sizes.map(String)],
    words: several ? 2 : 1,
    rows: lines.map(({ name, subject, rows }) => [
      name,
      ...(several ? [subjectName(subject)] : []),
      ...sizes.map((size) => cell(rows.find((row) => row.size === size) ?? sizeless(rows, size, sizes))),
    ]),
  });
}

/** What has no vectors stands under the largest size. */
function sizeless(rows: readonly ScoreRow[], size: number, sizes: readonly number[]): ScoreRow | undefined {
  return size === sizes.at(-1) ? rows.find((row) => row.size === null) : undefined;
}

function cell(row: ScoreRow | undefined): Markup | string {
  return row === undefined ? "" : markup`${formatScore(row.score.value)}<small>${ends(row)}</small>`;
}

function ends({ score }: ScoreRow): string {
  return formatEnds(score) || (score.note ?? "");
}
