/**
 * Draws the truncation curve of a finished run as an SVG picture, BM25 beside it:
 * `deno task bench curve runs/quickstart docs/images/quickstart.svg`.
 */
import type { CollectionReport, SuiteReport } from "../eval/mod.ts";

const WIDTH = 720;
const HEIGHT = 360;
const LEFT = 52;
const RIGHT = 150;
const TOP = 40;
const BOTTOM = 44;
/** Readable on white and on black. */
const COLOURS = ["#2f7ed8", "#d9822b", "#3aa35a", "#b05fc4"];

interface Scale {
  x: (size: number) => number;
  y: (score: number) => number;
}

/** The retrieval scores of a report by size, as the text of an SVG file. */
export function curveSvg(report: SuiteReport, title: string): string {
  const collections = report.collections.filter(({ kind }) => kind === "retrieval");
  const { sizes } = report;
  const top = Math.ceil(10 * Math.max(...collections.flatMap(allScores))) / 10;
  const span = Math.log2(sizes.at(-1)! / sizes[0]);
  const scale: Scale = {
    x: (size) => LEFT + (WIDTH - LEFT - RIGHT) * Math.log2(size / sizes[0]) / span,
    y: (score) => HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * score / top,
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13" fill="#808080">`,
    `<title>${title}</title>`,
    `<text x="${LEFT}" y="22" font-size="15">${title}</text>`,
    ...axes(sizes, top, scale),
    ...collections.flatMap((collection, i) =>
      curve(collection, { colour: COLOURS[i % COLOURS.length], scale })
    ),
    `</svg>\n`,
  ].join("\n");
}

function allScores({ sizes, baselines, mainMetric }: CollectionReport): number[] {
  return [
    ...sizes.map(({ metrics }) => metrics[mainMetric]),
    ...baselines.map((b) => b.metrics[b.mainMetric]),
  ].map(Number);
}

function axes(sizes: readonly number[], top: number, { x, y }: Scale): string[] {
  const lines = Array.from({ length: Math.round(top * 10) + 1 }, (_, i) => i / 10).filter((v) =>
    (v * 10) % 2 === 0
  );
  return [
    ...lines.flatMap((value) => [
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value).toFixed(1)}" y2="${
        y(value).toFixed(1)
      }" stroke="#808080" stroke-opacity="0.25"/>`,
      `<text x="${LEFT - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${value.toFixed(1)}</text>`,
    ]),
    ...sizes.map((size) =>
      `<text x="${x(size).toFixed(1)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${size}</text>`
    ),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">dimensions kept</text>`,
  ];
}

function curve(
  { name, sizes, baselines, mainMetric }: CollectionReport,
  { colour, scale }: { colour: string; scale: Scale },
): string[] {
  const points = sizes.map(({ size, metrics }) => [scale.x(size), scale.y(Number(metrics[mainMetric]))]);
  const [endX, endY] = points.at(-1)!;
  return [
    `<polyline fill="none" stroke="${colour}" stroke-width="2.5" points="${
      points.map((p) => p.map((v) => v.toFixed(1)).join()).join(" ")
    }"/>`,
    ...points.map(([px, py]) =>
      `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="3.5" fill="${colour}"/>`
    ),
    `<text x="${(endX + 10).toFixed(1)}" y="${(endY + 4).toFixed(1)}" fill="${colour}">${name}</text>`,
    ...baselines.flatMap((baseline) => {
      const y = scale.y(Number(baseline.metrics[baseline.mainMetric])).toFixed(1);
      return [
        `<line x1="${LEFT}" x2="${
          endX.toFixed(1)
        }" y1="${y}" y2="${y}" stroke="${colour}" stroke-dasharray="5 4"/>`,
        `<text x="${(endX + 10).toFixed(1)}" y="${
          (Number(y) + 4).toFixed(1)
        }" fill="${colour}">${name}, ${baseline.name.toUpperCase()}</text>`,
      ];
    }),
  ];
}

/** `curve RUN FILE.svg [TITLE]`. */
export async function main(
  [run, file, title = "NDCG@10 by dimensions kept"]: readonly string[],
): Promise<void> {
  const report = JSON.parse(await Deno.readTextFile(`${run}/report.json`)) as SuiteReport;
  await Deno.writeTextFile(file, curveSvg(report, title));
}

if (import.meta.main) await main(Deno.args);
