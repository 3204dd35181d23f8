import type { LegendEntry } from "./_figure.ts";
import type { Markup } from "./_markup.ts";
import { type ChartText, drawChart, Plot } from "./_plot.ts";

/** A place of a curve. */
export interface CurvePoint {
  /** Where it lies across. */
  x: number;
  /** Where it lies upwards. */
  y: number;
  /** Lower end of its interval; null where there is none. */
  low: number | null;
  /** Upper end of its interval; null where there is none. */
  high: number | null;
}

/** A line of a chart. */
export interface Curve extends LegendEntry {
  /** Its places in order. */
  points: readonly CurvePoint[];
}

/** A level that does not depend on what runs across, such as a baseline. */
export interface Level extends LegendEntry {
  /** Where it lies upwards. */
  y: number;
}

/** Lines over a common scale. */
export interface CurvesParts {
  /** What runs across. */
  xLabel: string;
  /** What runs upwards. */
  yLabel: string;
  /** How the scale across runs. */
  scale: "log" | "linear";
  /** Numbers that are written below it. */
  ticks?: readonly number[];
  /** How they are written. */
  tickFormat?: (value: number) => string;
  /** The lines. */
  curves: readonly Curve[];
  /** Levels. */
  levels?: readonly Level[];
  /** Whether places are marked; not in lines of many places. @default true */
  dots?: boolean;
  /** Whether 0 belongs to the scale upwards. @default false */
  zero?: boolean;
}

/** By how much curves stand beside each other, so that their intervals do not hide each other. */
const STEP = 0.03;

/**
 * Lines with intervals as bars, on a linear or logarithmic scale.
 *
 * @param text title and description
 * @param parts {@link CurvesParts}
 */
export function drawCurves(text: ChartText, parts: CurvesParts): Markup {
  const { xLabel, yLabel, scale, ticks, tickFormat = String, levels = [], dots = true, zero = false } = parts;
  const curves = scale === "log" ? besideEachOther(parts.curves) : parts.curves;
  return drawChart(text, {
    height: 290,
    marginTop: 32,
    marginLeft: 48,
    marginRight: 20,
    marginBottom: 44,
    // Base 2: at base 10 the scale leaves out the names of ticks that are far from powers of 10.
    x: { type: scale, ...(scale === "log" ? { base: 2 } : {}) },
    y: { label: yLabel, grid: true, nice: true, zero, labelArrow: "none", labelOffset: 44 },
    marks: [
      Plot.axisX({
        ...(ticks === undefined ? { ticks: 6 } : { ticks: [...ticks] }),
        tickFormat,
        tickSize: 4,
        label: xLabel,
        labelAnchor: "center",
        labelArrow: "none",
      }),
      ...levels.map(({ y, color, dash }) =>
        Plot.ruleY([y], { stroke: color, strokeWidth: 1.5, strokeDasharray: dash })
      ),
      ...curves.flatMap(({ points, color, dash }) => [
        Plot.ruleX(points.filter(({ low, high }) => low !== null && high !== null), {
          x: "x",
          y1: "low",
          y2: "high",
          stroke: color,
          strokeWidth: 2,
          strokeOpacity: 0.55,
        }),
        Plot.line(points, { x: "x", y: "y", stroke: color, strokeWidth: 2, strokeDasharray: dash }),
        ...(dots || points.length === 1 ? [Plot.dot(points, { x: "x", y: "y", fill: color, r: 3 })] : []),
      ]),
    ],
  });
}

function besideEachOther(curves: readonly Curve[]): Curve[] {
  const middle = (curves.length - 1) / 2;
  return curves.map((curve, i) => ({
    ...curve,
    points: curve.points.map((point) => ({ ...point, x: point.x * (1 + STEP * (i - middle)) })),
  }));
}
