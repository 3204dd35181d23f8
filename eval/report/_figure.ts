import { Markup, markup } from "./_markup.ts";
import { table, type TableParts } from "./_table.ts";

/** One line or bar colour of a chart and what it stands for. */
export interface LegendEntry {
  /** What it stands for. */
  name: string;
  /** CSS colour. */
  color: string;
  /** Dashes of its line, as SVG has them; a solid line without. */
  dash?: string;
}

/** A chart with all that belongs to it. */
export interface FigureParts {
  /** What the chart shows. */
  title: string;
  /** What a reader should know of it. */
  note?: string;
  /** Names of lines or bars; none for a single one. */
  legend?: readonly LegendEntry[];
  /** The chart. */
  chart: Markup;
  /** The numbers behind it. */
  table: TableParts;
}

/** Dashes of the lines in order: lines are told apart without colours, too. */
const DASHES = [undefined, "6 3", "2 2", "9 3 2 3", "4 4", "1 3"];

/** Colour and dashes of the line or bar with a number; the page gives colours a light and a dark tone. */
export function seriesStyle(number: number): Omit<LegendEntry, "name"> {
  const series = number % DASHES.length;
  return { color: `var(--series-${series + 1})`, dash: DASHES[series] };
}

/**
 * A chart with its title, its legend and, folded away, the table of its numbers.
 *
 * @param parts {@link FigureParts}
 */
export function figure({ title, note, legend = [], chart, table: numbers }: FigureParts): Markup {
  const names = legend.length > 1 && markup`<ul class="legend">${legend.map(legendItem)}</ul>`;
  return markup`<figure>
<figcaption><h3>${title}</h3>${note !== undefined && markup`<p>${note}</p>`}${names}</figcaption>
${chart}
<details><summary>Numbers</summary>${table(numbers)}</details>
</figure>
`;
}

function legendItem({ name, color, dash }: LegendEntry): Markup {
  const dashes = dash !== undefined && markup` stroke-dasharray="${dash}"`;
  return markup`<li><svg viewBox="0 0 28 12" aria-hidden="true"
><line x1="0" y1="6" x2="28" y2="6" stroke-width="3" style="stroke:${color}"${dashes}/></svg>${name}</li>
`;
}
