import { headlineRows, largestRows } from "./_headlines.ts";
import { Markup, markup } from "./_markup.ts";
import { formatEnds, formatScore, metricName, subjectName } from "./_names.ts";
import { paletteOf } from "./_palette.ts";
import type { ScoreRow } from "./score_rows.ts";

/** The scores that a reader wants first, as a list of sentences. */
export function headlineList(rows: readonly ScoreRow[]): Markup {
  const { subjects } = paletteOf(rows);
  const shown = largestRows(headlineRows(rows))
    .toSorted((a, b) => subjects.indexOf(a.subject) - subjects.indexOf(b.subject));
  const names = [...new Set(shown.map(({ collection }) => collection))];
  return markup`<ul>${
    names.map((name) => {
      const own = shown.filter(({ collection }) => collection === name);
      return markup`<li>${name}, ${metricName(own[0].metric)}: ${
        own.map((row, i) => markup`${i > 0 && "; "}${subjectName(row.subject)} ${scoreOf(row)}`)
      }.</li>\n`;
    })
  }</ul>`;
}

function scoreOf({ score }: ScoreRow): Markup {
  const ends = formatEnds(score);
  const within = ends !== "" && markup` <span class="whole">(${ends})</span>`;
  return markup`<strong>${formatScore(score.value)}</strong>${within}`;
}
