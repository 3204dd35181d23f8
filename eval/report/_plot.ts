import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { Markup, markup } from "./_markup.ts";

export { Plot };

/** Names that a reader who does not see the chart is told. */
export interface ChartText {
  /** Id in the page; unique. */
  id: string;
  /** What the chart shows, in a few words. */
  title: string;
  /** What can be seen in it, in a sentence or two. */
  description: string;
}

/** Width of a chart, CSS pixels: two fit beside each other on a screen, one on a phone. */
export const CHART_WIDTH = 420;

/** Options of a chart but for what {@link drawChart} sets. */
export type ChartOptions = Omit<Plot.PlotOptions, "document" | "ariaLabel" | "ariaDescription">;

/**
 * Draws a chart as SVG, at once and without a browser. Colours are the page's, so that it follows light and dark;
 * title and description are part of it.
 *
 * @param text {@link ChartText}
 * @param options marks, scales and margins
 */
export function drawChart(text: ChartText, options: ChartOptions): Markup {
  const { document } = parseHTML("<p></p>") as unknown as { document: Plot.PlotOptions["document"] };
  const svg = Plot.plot({
    width: CHART_WIDTH,
    style: { fontSize: "13px", overflow: "visible" },
    ...options,
    document,
  }) as unknown as { innerHTML: string; getAttribute(name: string): string | null };
  const [width, height] = [svg.getAttribute("width"), svg.getAttribute("height")];
  const marks = svg.innerHTML.replace(/<style>[^<]*<\/style>/, "");
  return markup`<svg role="img" aria-labelledby="${text.id}-title" aria-describedby="${text.id}-description" viewBox="0 0 ${width} ${height}"
width="${width}" height="${height}" fill="currentColor" font-family="inherit" font-size="13" text-anchor="middle"
><title id="${text.id}-title">${text.title}</title><desc id="${text.id}-description">${text.description}</desc>
${new Markup(marks)}</svg>
`;
}
