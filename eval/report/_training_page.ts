import { type Curve, drawCurves } from "./_curves.ts";
import { figure, seriesStyle } from "./_figure.ts";
import { Markup, markup } from "./_markup.ts";
import { formatCount, formatScore } from "./_names.ts";
import { page, type Section } from "./_page.ts";
import { refreshParts } from "./_refresh.ts";
import { thinned } from "./_thinned.ts";
import type { ScoresLog, TrainingLog, TrainingRecord, TrainingReportOptions } from "./training_report.ts";

/** What is drawn of the training records. */
const CURVES: readonly { name: string; unit: string; of: (record: TrainingLog) => number }[] = [
  { name: "Loss", unit: "mean loss", of: ({ loss }) => loss },
  { name: "Learning rate", unit: "rate", of: ({ learningRate }) => learningRate },
  { name: "Norm of the gradient", unit: "norm, before clipping", of: ({ gradientNorm }) => gradientNorm },
  { name: "Speed", unit: "pairs a second", of: ({ pairsPerSecond }) => pairsPerSecond },
];

/** Most rows of a table. */
const TABLE_ROWS = 100;

/** The page of a training. */
export function trainingPage(records: readonly TrainingRecord[], options: TrainingReportOptions): string {
  const { title, totalSteps, refreshSeconds = 10, facts = [] } = options;
  const logs = records.filter((record) => record.kind === "train");
  const scores = records.filter((record) => record.kind === "evaluation");
  const last = records.at(-1)?.step ?? 0;
  const refresh = refreshSeconds === null ? undefined : refreshParts(refreshSeconds);
  const ofSteps = totalSteps === undefined ? "" : ` of ${formatCount(totalSteps)}`;
  return page({
    title,
    intro: markup`<p>Step ${formatCount(last)}${ofSteps}${lossOf(logs)}.${facts.map((fact) => ` ${fact}`)}</p>
${refresh?.control}`,
    sections: [trainingSection(logs), ...(scores.length > 0 ? [scoresSection(scores)] : [])],
    footer: markup`<p>Made by Lathe from the run's metrics.jsonl.</p>`,
    head: refresh?.head,
    script: refresh?.script,
  });
}

function lossOf(logs: readonly TrainingLog[]): string {
  const last = logs.at(-1);
  return last === undefined ? "" : `, loss ${formatScore(last.loss)}`;
}

function trainingSection(logs: readonly TrainingLog[]): Section {
  if (logs.length === 0) {
    return { id: "training", title: "Training", body: markup`<p>Nothing was logged yet.</p>` };
  }
  const body = markup`<div class="charts">${
    CURVES.map(({ name, unit, of }, number) => {
      const points = logs.map((log) => ({ x: log.step, y: of(log) })).filter(({ y }) => Number.isFinite(y));
      const curve = { name, ...seriesStyle(0), points: thinned(points).map(bare) };
      return stepsFigure({ id: `training-${number}`, title: name, unit, curves: [curve] });
    })
  }</div>`;
  return { id: "training", title: "Training", body };
}

function scoresSection(records: readonly ScoresLog[]): Section {
  const names = [...new Set(records.flatMap(({ scores }) => Object.keys(scores)))];
  const sizes = [...new Set(records.map(({ size }) => size))].sort((a, b) => b - a);
  const body = markup`<p>One line a size, in dimensions.</p>
<div class="charts">${
    names.map((name, number) => {
      const curves = sizes.map((size, s): Curve => ({
        name: formatCount(size),
        ...seriesStyle(s),
        points: records.filter((record) => record.size === size).flatMap(({ step, scores }) => {
          const y = scores[name] ?? null;
          return y === null ? [] : [bare({ x: step, y })];
        }),
      }));
      return stepsFigure({ id: `scores-${number}`, title: name, unit: "score", curves, dots: true });
    })
  }</div>`;
  return { id: "scores", title: "Scores", body };
}

function stepsFigure(
  { id, title, unit, curves, dots = false }: {
    id: string;
    title: string;
    unit: string;
    curves: readonly Curve[];
    dots?: boolean;
  },
): Markup {
  const ends = curves.filter(({ points }) => points.length > 0).map(({ name, points }) =>
    `${name}: ${short(points[0].y)} at step ${points[0].x}, ${short(points.at(-1)!.y)} at step ${
      points.at(-1)!.x
    }.`
  );
  const steps = [...new Set(curves.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
  const values = curves.map(({ points }) => new Map(points.map(({ x, y }) => [x, y])));
  return figure({
    title,
    legend: curves,
    chart: drawCurves({ id, title: `${title} over steps`, description: ends.join(" ") }, {
      xLabel: "step",
      yLabel: unit,
      scale: "linear",
      curves,
      dots,
      zero: unit === "rate",
    }),
    table: {
      caption: `${title} over steps`,
      columns: ["step", ...(curves.length > 1 ? curves.map(({ name }) => name) : [unit])],
      rows: thinned(steps, TABLE_ROWS).map((step) => [
        formatCount(step),
        ...values.map((own) => own.has(step) ? short(own.get(step)!) : ""),
      ]),
    },
  });
}

function bare({ x, y }: { x: number; y: number }): Curve["points"][number] {
  return { x, y, low: null, high: null };
}

/** A number of any size with five digits that count. */
function short(value: number): string {
  return Math.abs(value) >= 10_000 ? formatCount(value) : String(Number(value.toPrecision(5)));
}
