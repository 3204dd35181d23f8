import { bytesSection } from "./_bytes_section.ts";
import { comparisonSection } from "./_comparison_section.ts";
import { headlineList } from "./_headline_list.ts";
import { markup } from "./_markup.ts";
import type { HtmlReportParts } from "./html_report.ts";
import { formatCount } from "./_names.ts";
import { page, type Section } from "./_page.ts";
import { scoreSection } from "./_score_section.ts";
import { speedSection } from "./_speed_section.ts";
import { truncationSection } from "./_truncation_section.ts";
import { worstSection } from "./_worst_section.ts";

/** The page of a report. */
export function reportPage({ title, subjects, comparisons = [], facts = [] }: HtmlReportParts): string {
  const rows = distinctRows(subjects);
  const reports = subjects.map(({ report }) => report);
  const notes = [
    ...new Set(
      reports.flatMap(({ collections }) =>
        collections.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${note}`))
      ),
    ),
  ];
  const measured = subjects.flatMap(({ report, speed }) =>
    speed === undefined ? [] : [{ subject: report.subject, speed }]
  );
  const sections: (Section | null)[] = [
    comparisonSection(comparisons),
    scoreSection(rows),
    truncationSection(rows),
    bytesSection(rows),
    speedSection(rows, measured),
    worstSection(reports),
  ];
  const texts = reports.reduce((sum, report) => sum + report.texts, 0);
  return page({
    title,
    intro: markup`<p>${formatCount(texts)} texts encoded. ${facts.join(" ")}</p>
${headlineList(rows)}
${notes.length > 0 && markup`<ul>${notes.map((note) => markup`<li>${note}</li>\n`)}</ul>`}`,
    sections: sections.filter((section) => section !== null),
    footer:
      markup`<p>Made by Lathe. Intervals are 95 % bootstrap intervals over queries or pairs, seeded; they say how much other
queries of the same sort would move a score, not how much another training run would.</p>`,
  });
}

/** The rows of all subjects; a baseline that stands beside several models is shown once. */
function distinctRows(subjects: HtmlReportParts["subjects"]): HtmlReportParts["subjects"][number]["rows"] {
  const seen = new Set<string>();
  return subjects.flatMap(({ rows }) => rows).filter((row) => {
    if (!row.isBaseline) return true;
    const key = `${row.collection}\n${row.isMean}\n${row.subject}\n${row.size}`;
    return !seen.has(key) && seen.add(key);
  });
}
