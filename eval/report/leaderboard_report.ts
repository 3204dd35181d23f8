import type { Leaderboard } from "./leaderboard.ts";

/** Options of {@link leaderboardReport}. */
export interface LeaderboardReportOptions {
  /** Sentences about how it came about: runs done, machine, versions, date. @default none */
  facts?: readonly string[];
}

/**
 * A leaderboard as one HTML file that needs no network, no script and no mouse: scores with their intervals,
 * differences from the first, what each value of a field comes to, and every run.
 *
 * @param board a leaderboard
 * @param options {@link LeaderboardReportOptions}
 */
export async function leaderboardReport(
  board: Leaderboard,
  options: LeaderboardReportOptions = {},
): Promise<string> {
  const { leaderboardPage } = await import("./_leaderboard_page.ts"); // the chart library takes a tenth of a second to load
  return leaderboardPage(board, options);
}
