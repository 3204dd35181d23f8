import type { Markup } from "./_markup.ts";
import { type ChartText, drawChart, Plot } from "./_plot.ts";

/** A bar with its interval. */
export interface Bar {
  /** What stands beside a group of bars. */
  group: string;
  /** What tells the bars of a group apart. */
  name: string;
  /** CSS colour. */
  color: string;
  /** How long it is. */
  value: number;
  /** Lower end of its interval; null where there is none. */
  low: number | null;
  /** Upper end of its interval; null where there is none. */
  high: number | null;
}

/** Bars over a common scale. */
export interface BarsParts {
  /** The bars, groups in order. */
  bars: readonly Bar[];
  /** The order of the bars of a group. */
  names: readonly string[];
  /** What runs across. */
  xLabel: string;
}

/** Height of a bar, of the space around a group, and of the axis, CSS pixels. */
const [BAR, GROUP, AXIS] = [14, 12, 56];

/**
 * Lying bars in groups, with their intervals.
 *
 * @param text title and description
 * @param parts {@link BarsParts}
 */
export function drawBars(text: ChartText, { bars, names, xLabel }: BarsParts): Markup {
  const groups = [...new Set(bars.map(({ group }) => group))];
  return drawChart(text, {
    height: AXIS + groups.length * (GROUP + BAR * names.length),
    marginLeft: 148,
    marginRight: 16,
    marginTop: 8,
    marginBottom: 44,
    x: { label: xLabel, labelAnchor: "center", labelArrow: "none", grid: true, zero: true, ticks: 5 },
    y: { axis: null, domain: [...names], padding: 0.1 },
    fy: { domain: groups, label: null, padding: GROUP / (GROUP + BAR * names.length) },
    marks: [
      Plot.axisFy({ anchor: "left", label: null, lineWidth: 9.5, dx: -2 }),
      Plot.barX(bars, {
        x: "value",
        y: "name",
        fy: "group",
        fill: ({ color }: Bar) => color,
        fillOpacity: 0.8,
      }),
      Plot.ruleY(bars.filter(({ low, high }) => low !== null && high !== null), {
        x1: "low",
        x2: "high",
        y: "name",
        fy: "group",
        stroke: "currentColor",
        strokeWidth: 1.5,
      }),
      Plot.ruleX([0]),
    ],
    color: { type: "identity" },
  });
}
