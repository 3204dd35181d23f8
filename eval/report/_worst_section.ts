import type { CollectionReport, FoundText, SuiteReport, WorstItem } from "../suite_report.ts";
import { Markup, markup } from "./_markup.ts";
import { formatScore, metricName } from "./_names.ts";
import type { Section } from "./_page.ts";

/** Longest part of a text that is shown, characters. */
const SHOWN = 400;

const RELEVANT = markup`<span class="relevant">relevant</span> `;

/** The queries that a model answers worst, with what it found instead; null where the report has none. */
export function worstSection(reports: readonly SuiteReport[]): Section | null {
  const parts = reports.flatMap((report) =>
    report.collections.filter(({ worst }) => worst !== undefined && worst.length > 0)
      .map((collection) => queriesOf(collection, reports.length > 1 ? `${report.subject}, ` : ""))
  );
  if (parts.length === 0) return null;
  return {
    id: "worst",
    title: "Worst queries",
    body: markup`<p>What was found instead, at the largest size, and what should have been.</p>${parts}`,
  };
}

function queriesOf({ name, worst = [], mainMetric }: CollectionReport, prefix: string): Markup {
  return markup`<h3>${prefix}${name}</h3>
${worst.map((item) => queryOf(item, metricName(mainMetric)))}`;
}

function queryOf({ id, text, score, found, expected }: WorstItem, metric: string): Markup {
  return markup`<details class="query"><summary><strong>${metric} ${formatScore(score)}</strong> ${
    text ?? id
  }</summary>
<p>Found, best first:</p>
<ol>${found.map((each) => markup`<li>${each.relevant && RELEVANT}${textOf(each)}</li>\n`)}</ol>
<p>Should have been found:</p>
<ul>${expected.map((each) => markup`<li>${placeOf(each)}: ${textOf(each)}</li>\n`)}</ul>
</details>
`;
}

function placeOf({ rank }: FoundText): string {
  return rank === null ? "not among the results kept" : `rank ${rank}`;
}

function textOf({ id, text, similarity }: FoundText): Markup {
  const shown = text === undefined ? "" : text.length > SHOWN ? text.slice(0, SHOWN) + "…" : text;
  return markup`${shown} <span class="soft">(${id}${
    similarity !== null && `, similarity ${similarity.toFixed(3)}`
  })</span>`;
}
