import type { Markup } from "./_markup.ts";
import { type ChartText, drawChart, Plot } from "./_plot.ts";

/** A difference with its interval. */
export interface Difference {
  /** What stands beside it. */
  name: string;
  /** The difference. */
  value: number;
  /** Lower end of its interval; null where there is none. */
  low: number | null;
  /** Upper end of its interval; null where there is none. */
  high: number | null;
  /** What it says. */
  verdict: "better" | "worse" | "noise" | "unknown";
}

const COLORS: Record<Difference["verdict"], string> = {
  better: "var(--good)",
  worse: "var(--bad)",
  noise: "var(--soft)",
  unknown: "var(--soft)",
};

/** Noise is a hollow circle, a difference that counts a full one. */
const isHollow = ({ verdict }: Difference): boolean => verdict === "noise" || verdict === "unknown";

/**
 * Differences beside a line at 0: one that counts is full and coloured, noise is hollow and grey.
 *
 * @param text title and description
 * @param parts `differences` in order, and what runs across
 */
export function drawDifferences(
  text: ChartText,
  { differences, xLabel }: { differences: readonly Difference[]; xLabel: string },
): Markup {
  return drawChart(text, {
    height: 56 + 30 * differences.length,
    marginLeft: 148,
    marginRight: 16,
    marginTop: 8,
    marginBottom: 44,
    x: { label: xLabel, labelAnchor: "center", labelArrow: "none", grid: true, nice: true, ticks: 5 },
    y: { type: "point", domain: differences.map(({ name }) => name), label: null, padding: 0.6 },
    color: { type: "identity" },
    marks: [
      Plot.axisY({ lineWidth: 9.5, tickSize: 0 }),
      Plot.ruleX([0], { strokeWidth: 1.5 }),
      Plot.ruleY(differences.filter(({ low, high }) => low !== null && high !== null), {
        x1: "low",
        x2: "high",
        y: "name",
        stroke: ({ verdict }: Difference) => COLORS[verdict],
        strokeWidth: 2,
      }),
      Plot.dot(differences, {
        x: "value",
        y: "name",
        r: 5,
        stroke: ({ verdict }: Difference) => COLORS[verdict],
        fill: (each: Difference) => isHollow(each) ? "var(--card)" : COLORS[each.verdict],
        strokeWidth: 2,
      }),
    ],
  });
}
