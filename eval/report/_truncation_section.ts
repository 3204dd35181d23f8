import { type Curve, drawCurves, type Level } from "./_curves.ts";
import { figure } from "./_figure.ts";
import { collectionNames, isPlain } from "./_headlines.ts";
import { Markup, markup } from "./_markup.ts";
import { formatEnds, formatScore, metricName, subjectName } from "./_names.ts";
import type { Section } from "./_page.ts";
import { type Palette, paletteOf } from "./_palette.ts";
import type { ScoreRow } from "./score_rows.ts";
import type { TableParts } from "./_table.ts";
import { keptSentence, sizesThatKeep } from "./sizes_that_keep.ts";

/** A curve of score by size for every mean and collection; null where only one size was scored. */
export function truncationSection(rows: readonly ScoreRow[]): Section | null {
  const shown = rows.filter((row) => isPlain(row) && row.score.value !== null);
  const sizes = [...new Set(shown.map(({ size }) => size).filter((size) => size !== null))].sort((a, b) =>
    a - b
  );
  if (sizes.length < 2) return null;
  const palette = paletteOf(rows);
  const names = collectionNames(shown);
  const means = collectionNames(shown.filter(({ isMean }) => isMean));
  const several =
    new Set(rows.filter(({ isBaseline }) => !isBaseline).map(({ subject }) => subject)).size > 1;
  return {
    id: "truncation",
    title: "Truncation",
    body:
      markup`<p>What is left of the score when only the first dimensions count. Upright lines are 95 % intervals.</p>
<ul>${
        sizesThatKeep(rows).map((kept) =>
          markup`<li>${several && `${kept.subject}, `}${keptSentence(kept)}.</li>\n`
        )
      }</ul>
<div class="charts">${
        [...means, ...names.filter((name) => !means.includes(name))].map((name, number) =>
          curvesOf(name, shown.filter(({ collection }) => collection === name), { sizes, palette, number })
        )
      }</div>`,
  };
}

function curvesOf(
  name: string,
  rows: readonly ScoreRow[],
  { sizes, palette, number }: { sizes: readonly number[]; palette: Palette; number: number },
): Markup {
  const subjects = palette.subjects.filter((name) => rows.some(({ subject }) => subject === name));
  const curves: Curve[] = [];
  const levels: Level[] = [];
  subjects.forEach((subject) => {
    const own = rows.filter((row) => row.subject === subject);
    const style = palette.styleOf(subject);
    if (own[0].size === null) levels.push({ ...style, y: own[0].score.value! });
    else curves.push({ ...style, points: own.map(pointOf).toSorted((a, b) => a.x - b.x) });
  });
  const metric = metricName(rows.find(({ isBaseline }) => !isBaseline)?.metric ?? rows[0].metric);
  const text = {
    id: `truncation-${number}`,
    title: `${name}: ${metric} by dimensions`,
    description: curves.map(({ name, points }) =>
      `${name}: from ${formatScore(points[0].y)} at ${points[0].x} to ${formatScore(points.at(-1)!.y)} at ${
        points.at(-1)!.x
      } dimensions.`
    ).join(" "),
  };
  return figure({
    title: name,
    legend: subjects.map(palette.styleOf),
    chart: drawCurves(text, {
      xLabel: "dimensions",
      yLabel: metric,
      scale: "log",
      ticks: sizes,
      curves,
      levels,
    }),
    table: curvesTable(text.title, rows, { sizes, subjects }),
  });
}

function curvesTable(
  caption: string,
  rows: readonly ScoreRow[],
  { sizes, subjects }: { sizes: readonly number[]; subjects: readonly string[] },
): TableParts {
  return {
    caption,
    columns: ["dimensions", ...subjects.flatMap((subject) => [subjectName(subject), "95 % interval"])],
    rows: [...sizes, null].map((size) => [
      size ?? "no vectors",
      ...subjects.flatMap((subject) => {
        const row = rows.find((each) => each.subject === subject && each.size === size);
        return row === undefined ? ["", ""] : [formatScore(row.score.value), formatEnds(row.score)];
      }),
    ]).filter((row) => row.slice(1).some((cell) => cell !== "")),
  };
}

function pointOf({ size, score }: ScoreRow): Curve["points"][number] {
  return { x: size!, y: score.value!, low: score.low, high: score.high };
}
