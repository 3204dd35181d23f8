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
export {
  type Leaderboard,
  leaderboard,
  type LeaderboardDifference,
  type LeaderboardEntry,
  type LeaderboardHead,
  type LeaderboardLine,
  type LeaderboardRun,
  type RunState,
} from "./leaderboard.ts";
export { fieldNames } from "./_leaderboard_names.ts";
export { leaderboardReport, type LeaderboardReportOptions } from "./leaderboard_report.ts";
export { leaderboardTable } from "./leaderboard_table.ts";
export { mainItems, withoutItems } from "./main_items.ts";
export { type NamedScore, namedScores } from "./named_scores.ts";
export { metricRows, type ScoreRow, scoreRows } from "./score_rows.ts";
export {
  checkScoreChoice,
  type CollectionDraws,
  drawScore,
  type ScoreChoice,
  type ScoreDraws,
  type ScoreDrawsOptions,
} from "./score_draws.ts";
export { keptSentence, type KeptSize, sizesThatKeep } from "./sizes_that_keep.ts";
export { speedTable } from "./speed_table.ts";
export {
  type ScoresLog,
  type TrainingLog,
  type TrainingRecord,
  trainingReport,
  type TrainingReportOptions,
} from "./training_report.ts";
