/**
 * Reports: rows of scores with intervals, and what is made of them: tables, CSV, HTML; comparisons; trainings.
 *
 * @module
 */
export {
  type ComparedReports,
  type ComparedRow,
  type CompareOptions,
  compareReports,
  type Contestant,
  type Verdict,
} from "./compare_reports.ts";
export { comparisonTable } from "./comparison_table.ts";
export { frontierTable } from "./frontier_table.ts";
export { htmlReport, type HtmlReportParts, type ReportSubject } from "./html_report.ts";
export { reportCsv } from "./report_csv.ts";
export { reportTable } from "./report_table.ts";
export { metricRows, type ScoreRow, scoreRows } from "./score_rows.ts";
export { keptSentence, type KeptSize, sizesThatKeep } from "./sizes_that_keep.ts";
export { speedTable } from "./speed_table.ts";
export {
  type ScoresLog,
  type TrainingLog,
  type TrainingRecord,
  trainingReport,
  type TrainingReportOptions,
} from "./training_report.ts";
