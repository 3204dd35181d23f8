import { type Curve, drawCurves } from "./_curves.ts";
import { figure, seriesStyle } from "./_figure.ts";
import { headlineRows } from "./_headlines.ts";
import { Markup, markup } from "./_markup.ts";
import { formatBytes, formatCount, formatEnds, formatScore, metricName } from "./_names.ts";
import type { Section } from "./_page.ts";
import type { ScoreRow } from "./score_rows.ts";

/** Score by the bytes of a stored vector, quantised ones too; null where none were scored. */
export function bytesSection(rows: readonly ScoreRow[]): Section | null {
  const shown = headlineRows(rows).filter((row) =>
    !row.isBaseline && row.bytes !== null && row.score.value !== null
  );
  if (!shown.some(({ precision }) => precision !== "float32")) return null;
  const keys = [...new Set(shown.map(({ subject, collection }) => `${subject}\n${collection}`))];
  const several = new Set(shown.map(({ subject }) => subject)).size > 1;
  return {
    id: "bytes",
    title: "Quality against bytes",
    body:
      markup`<p>How much a stored vector takes, by size and by how its numbers are written; a million documents take as many
megabytes. “Rescored” ranks twice as many results as needed again with the query as it is.</p>
<div class="charts">${
        keys.map((key, number) => {
          const own = shown.filter(({ subject, collection }) => `${subject}\n${collection}` === key);
          const { subject, collection } = own[0];
          return curvesOf(several ? `${subject}, ${collection}` : collection, own, number);
        })
      }</div>`,
  };
}

function curvesOf(name: string, rows: readonly ScoreRow[], number: number): Markup {
  const ways = [...new Set(rows.map(wayOf))];
  const curves = ways.map((way, w): Curve => ({
    name: way,
    ...seriesStyle(w),
    points: rows.filter((row) => wayOf(row) === way)
      .map(({ bytes, score }) => ({ x: bytes!, y: score.value!, low: score.low, high: score.high }))
      .toSorted((a, b) => a.x - b.x),
  }));
  const metric = metricName(rows[0].metric);
  const bytes = rows.map((row) => row.bytes!);
  const text = {
    id: `bytes-${number}`,
    title: `${name}: ${metric} by bytes of a vector`,
    description: `Lines for ${ways.join(", ")}, from ${Math.min(...bytes)} to ${Math.max(...bytes)} bytes.`,
  };
  return figure({
    title: name,
    legend: curves,
    chart: drawCurves(text, {
      xLabel: "bytes of a vector",
      yLabel: metric,
      scale: "log",
      ticks: [4, 16, 64, 256, 1024, 4096].filter((tick) =>
        tick >= Math.min(...bytes) && tick <= Math.max(...bytes)
      ),
      tickFormat: formatCount,
      curves,
    }),
    table: {
      caption: text.title,
      columns: ["bytes of a vector", "dimensions", "numbers", metric, "95 % interval", "a million vectors"],
      rows: rows.toSorted((a, b) => a.bytes! - b.bytes! || b.score.value! - a.score.value!).map((row) => [
        formatCount(row.bytes!),
        row.size,
        wayOf(row),
        formatScore(row.score.value),
        formatEnds(row.score),
        formatBytes(row.bytes! * 1e6),
      ]),
    },
  });
}

function wayOf({ precision, rescored }: ScoreRow): string {
  return rescored ? `${precision}, rescored` : precision ?? "";
}
