import type { SizeSpeed, SpeedReport, Spread } from "../speed.ts";
import { type Curve, drawCurves } from "./_curves.ts";
import { figure } from "./_figure.ts";
import { headlineRows, isPlain } from "./_headlines.ts";
import { Markup, markup } from "./_markup.ts";
import { formatBytes, formatCount, formatEnds, formatScore, metricName } from "./_names.ts";
import type { Section } from "./_page.ts";
import { paletteOf } from "./_palette.ts";
import type { ScoreRow } from "./score_rows.ts";
import { table } from "./_table.ts";

/** What was measured of one model. */
export interface MeasuredSpeed {
  /** Name of the model. */
  subject: string;
  /** Its speed. */
  speed: SpeedReport;
}

/** Score by texts a second, and the table of all that was measured; null where nothing was. */
export function speedSection(rows: readonly ScoreRow[], measured: readonly MeasuredSpeed[]): Section | null {
  if (measured.length === 0) return null;
  const names = [...new Set(headlineRows(rows).map(({ collection }) => collection))];
  return {
    id: "speed",
    title: "Quality against speed",
    body: markup`<p>Medians of ${measured[0].speed.repeats} runs over ${
      formatCount(measured[0].speed.texts)
    } texts on this machine,
tokenizing included; in brackets the slowest and the fastest run.</p>
<div class="charts">${names.map((name, number) => curvesOf(name, rows, { measured, number }))}</div>
${speedTable(measured)}
${modelTable(measured)}`,
  };
}

function curvesOf(
  name: string,
  rows: readonly ScoreRow[],
  { measured, number }: { measured: readonly MeasuredSpeed[]; number: number },
): Markup {
  const places = placesOf(rows.filter(({ collection }) => collection === name), measured);
  if (places.length === 0) return markup``;
  const { styleOf } = paletteOf(rows);
  const curves = measured.map(({ subject }): Curve => ({
    ...styleOf(subject),
    points: places.filter((place) => place.subject === subject).map(({ at, row }) => ({
      x: at.textsPerSecond.median,
      y: row.score.value!,
      low: row.score.low,
      high: row.score.high,
    })),
  }));
  const metric = metricName(places[0].row.metric);
  const text = {
    id: `speed-${number}`,
    title: `${name}: ${metric} by texts a second`,
    description: places.map(({ subject, at, row }) =>
      `${subject} at ${at.size} dimensions: ${formatScore(row.score.value)} at ${
        formatCount(at.textsPerSecond.median)
      }.`
    ).join(" "),
  };
  return figure({
    title: name,
    note: "One point a size; further right is faster.",
    legend: curves,
    chart: drawCurves(text, {
      xLabel: "texts a second",
      yLabel: metric,
      scale: "linear",
      tickFormat: (value) => value >= 1000 ? `${value / 1000}k` : String(value),
      curves,
    }),
    table: {
      caption: text.title,
      columns: ["model", "dimensions", "texts a second", metric, "95 % interval"],
      rows: places.map(({ subject, at, row }) => [
        subject,
        at.size,
        formatCount(at.textsPerSecond.median),
        formatScore(row.score.value),
        formatEnds(row.score),
      ]),
    },
  });
}

/** Where a model's size lies: how fast and how good it is. */
interface Place {
  subject: string;
  at: SizeSpeed;
  row: ScoreRow;
}

function placesOf(rows: readonly ScoreRow[], measured: readonly MeasuredSpeed[]): Place[] {
  return measured.flatMap(({ subject, speed }) =>
    speed.sizes.flatMap((at) => {
      const row = rows.find((each) =>
        each.subject === subject && each.size === at.size && isPlain(each) && each.score.value !== null
      );
      return row === undefined ? [] : [{ subject, at, row }];
    })
  );
}

function speedTable(measured: readonly MeasuredSpeed[]): Markup {
  return table({
    caption: "Speed at every size",
    columns: ["model", "dimensions", "texts a second", "tokens a second", "one text, ms"],
    rows: measured.flatMap(({ subject, speed }) =>
      speed.sizes.map((at: SizeSpeed) => [
        subject,
        at.size,
        spreadCell(at.textsPerSecond, formatCount),
        at.tokensPerSecond === null ? "" : spreadCell(at.tokensPerSecond, formatCount),
        spreadCell(at.textMilliseconds, (value) => value.toPrecision(3)),
      ])
    ),
  });
}

function modelTable(measured: readonly MeasuredSpeed[]): Markup {
  return table({
    caption: "Size and start",
    columns: [
      "model",
      "model's files",
      "index of a million texts, float32",
      "start of a process to the first vector, ms",
    ],
    rows: measured.map(({ subject, speed: { modelBytes, sizes, startMilliseconds } }) => [
      subject,
      modelBytes === null ? "" : formatBytes(modelBytes),
      formatBytes(4e6 * Math.max(...sizes.map(({ size }) => size))),
      startMilliseconds === null ? "" : spreadCell(startMilliseconds, formatCount),
    ]),
  });
}

function spreadCell({ median, low, high }: Spread, format: (value: number) => string): Markup {
  return markup`${format(median)}<small>(${format(low)}–${format(high)})</small>`;
}
