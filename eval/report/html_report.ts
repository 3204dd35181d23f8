import type { SpeedReport } from "../speed.ts";
import type { SuiteReport } from "../suite_report.ts";
import type { ComparedReports } from "./compare_reports.ts";
import type { ScoreRow } from "./score_rows.ts";

/** What is known of one model. */
export interface ReportSubject {
  /** The suite's report; its `subject` tells models apart. */
  report: SuiteReport;
  /** Its rows, with intervals; see {@link scoreRows}. */
  rows: readonly ScoreRow[];
  /** How fast it is, where that was measured. */
  speed?: SpeedReport;
}

/** What an HTML report is made of. */
export interface HtmlReportParts {
  /** Title of the page. */
  title: string;
  /** One entry a model. */
  subjects: readonly ReportSubject[];
  /** Comparisons between them. @default none */
  comparisons?: readonly ComparedReports[];
  /** Sentences about how it came about: machine, versions, date. @default none */
  facts?: readonly string[];
}

/**
 * A report as one HTML file that needs no network, no script and no mouse: scores with intervals, truncation curves,
 * quality against bytes and speed, the worst queries, comparisons. Charts are SVG drawn here, with title, description
 * and the table of their numbers; light and dark follow the reader's settings; it can be printed.
 *
 * @param parts {@link HtmlReportParts}
 */
export async function htmlReport(parts: HtmlReportParts): Promise<string> {
  const { reportPage } = await import("./_report_page.ts"); // the chart library takes a tenth of a second to load
  return reportPage(parts);
}
