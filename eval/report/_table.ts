import { Markup, markup, type MarkupValue } from "./_markup.ts";

/** A table of a page. */
export interface TableParts {
  /** What it holds, in a few words. */
  caption: string;
  /** Heads of the columns; the first column holds the heads of the rows. */
  columns: readonly string[];
  /** How many columns from the left hold words; the others hold numbers. @default 1 */
  words?: number;
  /** Cells, row by row. */
  rows: readonly (readonly MarkupValue[])[];
}

const LEFT = new Markup(' class="text"');

/**
 * A table that can be reached and moved by the keyboard where it is wider than the screen.
 *
 * @param parts {@link TableParts}
 */
export function table({ caption, columns, words = 1, rows }: TableParts): Markup {
  const heads = columns.map((column, i) => markup`<th scope="col"${i < words && LEFT}>${column}</th>`);
  const lines = rows.map((cells) => markup`<tr>${cells.map((cell, i) => cellOf(cell, i, words))}</tr>\n`);
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${lines}</tbody>
</table></div>
`;
}

function cellOf(cell: MarkupValue, column: number, words: number): Markup {
  if (column === 0) return markup`<th scope="row">${cell}</th>`;
  return markup`<td${column < words && LEFT}>${cell}</td>`;
}
